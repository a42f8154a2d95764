import { contract } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { listConsents } from '../../../platform/gates/index.ts'
import { type Caller, Refusal, type RequestFacts, type Route, route } from '../../../platform/http/index.ts'
import {
  type ChoiceDeps,
  consent,
  lift,
  limit,
  objectTo,
  parsePurpose,
  restrict,
  type Speaker,
} from './change-choices.ts'
import { viewChoices, viewConsent } from './view-choices.ts'

export type { ChoiceDeps } from './change-choices.ts'
export { createSignals } from './obey-signals.ts'

const themselves = (caller: Caller, { headers }: RequestFacts): Speaker => ({
  personId: caller.personId,
  by: caller.personId,
  how: headers['authorization'] === undefined ? 'console' : 'api',
})

/** @throws Refusal not_found */
const forPerson = async (deps: ChoiceDeps, tx: Tx, caller: Caller, wanted: string): Promise<Speaker> => {
  const personId = wanted.includes('@') ? await deps.accounts.findByAddress(tx, wanted) : wanted
  if (personId === null || (await deps.accounts.addressOf(tx, personId)) === null)
    throw new Refusal('not_found', 'Nobody has an account with this id or address.')
  return { personId, by: caller.personId, how: 'officer' }
}

const historyOf = async (tx: Tx, personId: string) => ({ items: (await listConsents(tx, personId)).map(viewConsent) })

/** What people say about the use of their data, by themselves. */
const ownRoutes = (deps: ChoiceDeps): Route[] => {
  const mine = contract.choices
  const show = (tx: Tx, caller: Caller) => viewChoices(deps.policy, tx, caller.personId)
  const after = async (tx: Tx, caller: Caller, done: Promise<void>) => {
    await done
    return show(tx, caller)
  }
  return [
    route(mine.show, ({ tx, caller }) => show(tx, caller)),
    route(mine.restrict, ({ tx, caller, request, body }) =>
      after(tx, caller, restrict(deps, tx, themselves(caller, request), body.ground)),
    ),
    route(mine.liftRestriction, ({ tx, caller, request }) =>
      after(tx, caller, lift(deps, tx, themselves(caller, request), 'restriction')),
    ),
    route(mine.object, ({ tx, caller, request, params }) =>
      after(tx, caller, objectTo(deps, tx, themselves(caller, request), parsePurpose(params.purpose))),
    ),
    route(mine.liftObjection, ({ tx, caller, request, params }) =>
      after(tx, caller, lift(deps, tx, themselves(caller, request), 'objection', parsePurpose(params.purpose))),
    ),
    route(mine.limit, ({ tx, caller, request }) => after(tx, caller, limit(deps, tx, themselves(caller, request)))),
    route(mine.liftLimit, ({ tx, caller, request }) =>
      after(tx, caller, lift(deps, tx, themselves(caller, request), 'limit')),
    ),
    route(mine.consents, ({ tx, caller }) => historyOf(tx, caller.personId)),
    route(mine.giveConsent, ({ tx, caller, request, params }) =>
      after(tx, caller, consent(deps, tx, themselves(caller, request), parsePurpose(params.purpose), 'given')),
    ),
    route(mine.withdrawConsent, ({ tx, caller, request, params }) =>
      after(tx, caller, consent(deps, tx, themselves(caller, request), parsePurpose(params.purpose), 'withdrawn')),
    ),
  ]
}

/** The same by an officer, for somebody who asked by another way. */
const officerRoutes = (deps: ChoiceDeps): Route[] => {
  const theirs = contract.choicesFor
  interface Given {
    readonly tx: Tx
    readonly caller: Caller
    readonly params: { readonly personId: string }
  }
  const act = async ({ tx, caller, params }: Given, work: (who: Speaker) => Promise<void> | void) => {
    const who = await forPerson(deps, tx, caller, params.personId)
    await work(who)
    return viewChoices(deps.policy, tx, who.personId)
  }
  return [
    route(theirs.show, (given) => act(given, () => undefined)),
    route(theirs.restrict, (given) => act(given, (who) => restrict(deps, given.tx, who, given.body.ground))),
    route(theirs.liftRestriction, (given) => act(given, (who) => lift(deps, given.tx, who, 'restriction'))),
    route(theirs.object, (given) =>
      act(given, (who) => objectTo(deps, given.tx, who, parsePurpose(given.params.purpose))),
    ),
    route(theirs.liftObjection, (given) =>
      act(given, (who) => lift(deps, given.tx, who, 'objection', parsePurpose(given.params.purpose))),
    ),
    route(theirs.limit, (given) => act(given, (who) => limit(deps, given.tx, who))),
    route(theirs.liftLimit, (given) => act(given, (who) => lift(deps, given.tx, who, 'limit'))),
    route(theirs.consents, async ({ tx, caller, params }) =>
      historyOf(tx, (await forPerson(deps, tx, caller, params.personId)).personId),
    ),
    route(theirs.giveConsent, (given) =>
      act(given, (who) => consent(deps, given.tx, who, parsePurpose(given.params.purpose), 'given')),
    ),
    route(theirs.withdrawConsent, (given) =>
      act(given, (who) => consent(deps, given.tx, who, parsePurpose(given.params.purpose), 'withdrawn')),
    ),
  ]
}

export const choiceRoutes = (deps: ChoiceDeps): Route[] => [...ownRoutes(deps), ...officerRoutes(deps)]
