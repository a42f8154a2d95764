import { contract } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import type { AuthorityRequests } from './authority-requests.ts'
import { disclosedBy, subjectConcerned } from './package.ts'
import { type AuthorityRequest, changeRequest, listTold, lockRequest } from './request-store.ts'
import { viewRequest, viewTold } from './request-view.ts'

/** Ids of the people who stand for the customer. */
const customersOf = async (
  { accounts }: AuthorityRequests,
  tx: Tx,
  { row }: AuthorityRequest,
): Promise<readonly string[]> => (row.subjectKind === 'person' ? [row.subjectId] : accounts.ownersOf(tx, row.subjectId))

const writeTo = async (deps: AuthorityRequests, tx: Tx, of: AuthorityRequest, personId: string): Promise<boolean> => {
  const to = await deps.accounts.addressOf(tx, personId)
  if (to === null) return false
  const { row, details } = of
  const url = `${deps.publicUrl()}/account`
  const whose = row.subjectKind === 'person' ? 'you' : 'your organisation'
  await deps.mailer.write(tx, {
    to,
    about: personId,
    kind: 'rights',
    subject: `An authority asks for data about ${whose}`,
    text: [
      `${details.authority} asked us for data about ${whose}. It rests on: ${details.legalBasis}.`,
      `It asks for: ${row.asked.join(', ')}. Two people review what law demands of it; nothing else leaves.`,
      `How it ends is listed with your data: ${url}`,
    ].join('\n\n'),
    links: [url],
  })
  return true
}

const tell = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.tell, async ({ tx, params }) => {
    const { clock } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    if (found.row.toldAt !== null) throw new Refusal('conflict', 'The customer was told already.')
    let told = 0
    for (const personId of await customersOf(deps, tx, found)) if (await writeTo(deps, tx, found, personId)) told += 1
    if (told === 0)
      throw new Refusal('conflict', 'Nobody is left to be told. Record the silence with the ground `unreachable`.')
    const now = clock.now()
    const changed = await changeRequest(deps, tx, found, { toldAt: now })
    const { handedOutAt } = found.row
    if (handedOutAt !== null) {
      const about = [subjectConcerned(found.row)]
      await deps.disclosures.recordConcerned(tx, [{ ...disclosedBy(deps, found, handedOutAt), about }])
    }
    await recordDecision(tx, clock, { gate: 'disclosure', decision: 'done', rule: 'told', counted: told })
    return viewRequest(changed, now)
  })

const silence = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.silence, async ({ tx, params, body }) => {
    const { clock, gates } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    const now = clock.now()
    const reviewAt = new Date(body.reviewAt)
    gates.disclosure.silence(found.row, reviewAt, now)
    const changes = { silenceGround: body.ground, silenceReviewAt: reviewAt }
    const changed = await changeRequest(deps, tx, found, changes, { silenceReason: body.reason })
    await recordDecision(tx, clock, { gate: 'disclosure', decision: 'done', rule: `silence(${body.ground})` })
    return viewRequest(changed, now)
  })

const toldTo = async (deps: AuthorityRequests, tx: Tx, subjectId: string) => ({
  items: (await listTold(deps, tx, subjectId)).flatMap((of) =>
    of.row.toldAt === null ? [] : [viewTold(of, of.row.toldAt)],
  ),
})

const mine = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.mine, ({ tx, caller }) => toldTo(deps, tx, caller.personId))

const ofOrganisation = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.ofOrganisation, ({ tx, params }) => toldTo(deps, tx, params.organisationId))

export const noticeRoutes = (deps: AuthorityRequests): Route[] => [
  tell(deps),
  silence(deps),
  mine(deps),
  ofOrganisation(deps),
]
