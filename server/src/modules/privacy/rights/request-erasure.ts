import { contract } from '@avow/contract'
import { addDuration, parseDuration } from '@avow/policy'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { openErasure } from './open-erasure.ts'
import { previewRoute, requireInformed } from './preview-erasure.ts'
import { lockOpenErasure, updateRequest } from './request-store.ts'
import { deadlineOf, viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'

/** What an erasure may take once it has begun, before its deadline. */
const workMs = 86_400_000

/** @throws Refusal invalid_request for a delay that is none, or leaves no day before the policy's deadline */
const startOf = (rights: Rights, delay: string | undefined, askedAt: Date): Date => {
  const length = delay === undefined ? rights.policy.accounts.erasureDelay : parseDuration(delay)
  const startsAt = length === null ? null : addDuration(askedAt, length)
  const latestMs = deadlineOf(rights, 'erasure', askedAt).getTime() - workMs
  if (startsAt !== null && startsAt.getTime() <= latestMs) return startsAt
  const message = 'an ISO 8601 duration that ends a day before the deadline of the policy, such as P3D'
  const fields = [{ path: 'delay', message }]
  throw new Refusal('invalid_request', `delay: ${message}. Nothing was asked for.`, { fields })
}

/** Someone asks to be erased: it begins after a delay in which they can change their mind. */
const request = (rights: Rights): Route =>
  route(
    contract.rights.requestErasure,
    async ({ caller, body }) => {
      const { accounts, clock, database } = rights
      const startsAt = startOf(rights, body.delay, clock.now())
      const verified = await accounts.requireOneself(caller.personId, body)
      return database.transaction(async (tx) => {
        await requireInformed(rights, tx, caller.personId, body)
        const wanted = { personId: caller.personId, startsAt, verified }
        const { row, token, receiptUrl } = await openErasure(rights, tx, wanted)
        return { ...viewRequest(row, clock.now()), receiptToken: token, receiptUrl }
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

export const erasureRequestRoutes = (rights: Rights): Route[] => [previewRoute(rights), request(rights), cancel(rights)]
