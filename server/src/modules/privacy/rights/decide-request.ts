import { contract } from '@avow/contract'
import { addDuration, parseDuration } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { eraseJob } from './erase-person.ts'
import { answeredMail, deniedMail, extendedMail } from './mails.ts'
import { lockRequest, type RequestRow, updateRequest } from './request-store.ts'
import { deadlineOf, officerFacts, rightOf, viewDetail } from './request-view.ts'
import { openWords, sealWords } from './request-words.ts'
import type { Rights } from './rights.ts'

type OpenRequest = RequestRow & { readonly personId: string }

/**
 * Locks a request that waits for a person's decision.
 * @throws Refusal not_found, conflict; policy_refused where the one who decides must be another
 */
const lockUndecided = async (tx: Tx, id: string, officerId: string): Promise<OpenRequest> => {
  const row = await lockRequest(tx, id)
  if (row === undefined) throw new Refusal('not_found')
  if (row.state !== 'waiting' || row.personId === null)
    throw new Refusal('conflict', `This request is ${row.state}: nothing is left to decide.`)
  if (row.personId === officerId) throw new Refusal('policy_refused', 'Nobody decides on their own request.')
  if (row.appealOf !== null) {
    const first = await lockRequest(tx, row.appealOf)
    if (first?.handledBy === officerId)
      throw new Refusal('policy_refused', 'You refused it: another person must decide on the appeal.')
  }
  return { ...row, personId: row.personId }
}

const tell = async (
  rights: Rights,
  tx: Tx,
  row: OpenRequest,
  write: (to: { about: string; to: string }, accountUrl: string) => Parameters<Rights['mailer']['write']>[1],
): Promise<void> => {
  const to = await rights.accounts.addressOf(tx, row.personId)
  if (to !== null) await rights.mailer.write(tx, write({ about: row.personId, to }, `${rights.publicUrl()}/your-data`))
}

const view = async (rights: Rights, row: RequestRow) => ({
  ...(await viewDetail(rights, row, rights.clock.now())),
  ...officerFacts(row),
})

/** A granted appeal opens again what was refused: it has no answer then, and says why it had been refused. */
const reopen = async (rights: Rights, tx: Tx, id: string): Promise<void> => {
  const row = await lockRequest(tx, id)
  if (row?.state !== 'denied' || row.personId === null) return
  const now = rights.clock.now()
  const startsAt = row.kind === 'erasure' ? addDuration(now, rights.policy.accounts.erasureDelay) : now
  const dueAt = deadlineOf(rights, rightOf(row.kind), now)
  const { answer: reason } = await openWords(rights, row)
  const of = { id, personId: row.personId }
  const sealedRefusal = reason === null ? null : await sealWords(rights, of, 'sealed_refusal', reason)
  const anew = { state: 'waiting', finishedAt: null, denialGround: null, sealedAnswer: null, startsAt, dueAt } as const
  await updateRequest(tx, id, { ...anew, sealedRefusal, appealGrantedAt: now })
  if (row.kind === 'erasure') await enqueue(tx, eraseJob, { id }, { key: `erase:${id}`, runAt: startsAt })
}

const complete = (rights: Rights): Route =>
  route(contract.rights.complete, async ({ tx, caller, params, body }) => {
    const row = await lockUndecided(tx, params.requestId, caller.personId)
    if (row.kind === 'erasure')
      throw new Refusal(
        'conflict',
        'An erasure is not answered by hand: it begins by itself. It can be refused until then.',
      )
    if (row.kind === 'export') throw new Refusal('conflict', 'A copy is not answered by hand: it is made by itself.')
    const changes = {
      state: 'done',
      finishedAt: rights.clock.now(),
      handledBy: caller.personId,
      sealedAnswer: await sealWords(rights, row, 'sealed_answer', body.answer),
    } as const
    await updateRequest(tx, row.id, changes)
    if (row.appealOf !== null) await reopen(rights, tx, row.appealOf)
    await tell(rights, tx, row, (to, url) => answeredMail(to, row.kind, body.answer, url))
    await recordDecision(tx, rights.clock, { gate: 'rights', decision: 'done', rule: `${row.kind} answered` })
    return view(rights, { ...row, ...changes })
  })

const deny = (rights: Rights): Route =>
  route(contract.rights.deny, async ({ tx, caller, params, body }) => {
    const row = await lockUndecided(tx, params.requestId, caller.personId)
    const changes = {
      state: 'denied',
      finishedAt: rights.clock.now(),
      handledBy: caller.personId,
      denialGround: body.ground,
      sealedAnswer: await sealWords(rights, row, 'sealed_answer', body.reason),
    } as const
    await updateRequest(tx, row.id, changes)
    await tell(rights, tx, row, (to, url) => deniedMail(to, row.kind, body, url))
    const rule = `${row.kind} refused: ${body.ground}`
    await recordDecision(tx, rights.clock, { gate: 'rights', decision: 'refused', rule })
    return view(rights, { ...row, ...changes })
  })

const extend = (rights: Rights): Route =>
  route(contract.rights.extend, async ({ tx, caller, params, body }) => {
    const row = await lockUndecided(tx, params.requestId, caller.personId)
    const more = rights.policy.source.rights[rightOf(row.kind)]?.extension
    const length = more === undefined ? null : parseDuration(more)
    if (length === null) throw new Refusal('policy_refused', `The policy gives no longer time for ${row.kind}.`)
    if (row.extendedAt !== null) throw new Refusal('conflict', 'This request has its longer time already.')
    const changes = {
      extendedAt: rights.clock.now(),
      dueAt: addDuration(row.dueAt, length),
      handledBy: caller.personId,
      sealedAnswer: await sealWords(rights, row, 'sealed_answer', body.reason),
    }
    await updateRequest(tx, row.id, changes)
    await tell(rights, tx, row, (to, url) => extendedMail(to, row.kind, changes.dueAt, body.reason, url))
    await recordDecision(tx, rights.clock, {
      gate: 'rights',
      decision: 'allowed',
      rule: `${row.kind} extended by ${more}`,
    })
    return view(rights, { ...row, ...changes })
  })

export const decisionRoutes = (rights: Rights): Route[] => [complete(rights), deny(rights), extend(rights)]
