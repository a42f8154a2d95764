import { contract } from '@avow/contract'
import { addDuration, type Duration, parseDuration } from '@avow/policy'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueue } from '../../../platform/jobs/index.ts'
import { eraseJob } from './erase-person.ts'
import { erasureAskedMail } from './mails.ts'
import { commitTo, hashReceiptToken, newReceiptToken } from './receipt.ts'
import { insertRequest, lockOpenErasure, updateRequest } from './request-store.ts'
import { deadlineOf, viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'

const usualDelay = parseDuration('P3D') as Duration

/** @throws Refusal invalid_request for a delay that is none, or goes beyond the policy's deadline */
const startOf = (rights: Rights, delay: string | undefined, askedAt: Date): Date => {
  const length = delay === undefined ? usualDelay : parseDuration(delay)
  const startsAt = length === null ? null : addDuration(askedAt, length)
  if (startsAt !== null && startsAt <= deadlineOf(rights, 'erasure', askedAt)) return startsAt
  const fields = [{ path: 'delay', message: 'an ISO 8601 duration, at most the deadline of the policy' }]
  throw new Refusal('invalid_request', 'The delay is not a duration within the policy’s deadline.', { fields })
}

/** Someone asks to be erased: it begins after a delay in which they can change their mind. */
const request = (rights: Rights): Route =>
  route(
    contract.rights.requestErasure,
    async ({ caller, body }) => {
      const { accounts, clock, database, mailer, publicUrl } = rights
      const askedAt = clock.now()
      const startsAt = startOf(rights, body.delay, askedAt)
      await accounts.requireOneself(caller.personId, body)
      return database.transaction(async (tx) => {
        const email = await accounts.addressOf(tx, caller.personId)
        if (email === null) throw new Refusal('not_found')
        if (!(await accounts.mayLeave(tx, caller.personId)))
          throw new Refusal('conflict', 'The cloud needs an operator. Give someone else the role first.')
        if ((await lockOpenErasure(tx, caller.personId)) !== undefined)
          throw new Refusal('conflict', 'Your erasure was asked for already. See it under your requests.')
        const token = newReceiptToken()
        const row = await insertRequest(tx, {
          id: newId('rrq', clock),
          kind: 'erasure',
          state: 'waiting',
          personId: caller.personId,
          askedAt,
          dueAt: deadlineOf(rights, 'erasure', askedAt),
          startsAt,
          receiptTokenHash: hashReceiptToken(rights, token),
          commitment: commitTo(token, email),
        })
        const receiptUrl = `${publicUrl()}/api/v1/privacy/receipts/${token}`
        await mailer.write(tx, erasureAskedMail(caller.personId, email, startsAt, receiptUrl, `${publicUrl()}/account`))
        await enqueue(tx, eraseJob, { id: row.id }, { key: `erase:${row.id}`, runAt: startsAt })
        return { ...viewRequest(row, askedAt), receiptToken: token, receiptUrl }
      })
    },
    'handler',
  )

/** @throws Refusal not_found when there is none that can still be cancelled */
const cancel = (rights: Rights): Route =>
  route(contract.rights.cancelErasure, async ({ tx, caller }) => {
    const now = rights.clock.now()
    const row = await lockOpenErasure(tx, caller.personId)
    if (row?.state !== 'waiting') throw new Refusal('not_found', 'You have no erasure that can still be cancelled.')
    const changes = { state: 'cancelled', finishedAt: now } as const
    await updateRequest(tx, row.id, changes)
    return viewRequest({ ...row, ...changes }, now)
  })

export const erasureRequestRoutes = (rights: Rights): Route[] => [request(rights), cancel(rights)]
