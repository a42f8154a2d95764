import { contract } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { countOpen, insertRequest, lockRequest, type RequestRow, updateRequest } from './request-store.ts'
import { deadlineOf, mayAppeal, rightOf, viewDetail } from './request-view.ts'
import { sealWords } from './request-words.ts'
import type { Rights } from './rights.ts'

/** More than these open at once is no person who waits for an answer. */
const openMax = 20

interface Asked {
  readonly personId: string
  readonly kind: RequestRow['kind']
  readonly details: string
  readonly verified: RequestRow['verified']
  readonly appealOf?: string
}

/** Writes a request that a person of the operator answers. */
export const openRequest = async (
  rights: Rights,
  tx: Tx,
  { personId, kind, details, verified, appealOf }: Asked,
): Promise<RequestRow> => {
  const { clock } = rights
  const now = clock.now()
  const id = newId('rrq', clock)
  await recordDecision(tx, clock, {
    gate: 'rights',
    decision: 'allowed',
    rule: `${kind} asked, verified by ${verified}`,
  })
  return insertRequest(tx, {
    id,
    kind,
    state: 'waiting',
    personId,
    askedAt: now,
    dueAt: deadlineOf(rights, rightOf(kind), now),
    startsAt: now,
    verified,
    appealOf: appealOf ?? null,
    sealedDetails: await sealWords(rights, { id, personId }, 'sealed_details', details),
  })
}

const requireFewOpen = async (tx: Tx, personId: string): Promise<void> => {
  if ((await countOpen(tx, personId)) >= openMax)
    throw new Refusal('rate_limited', `${openMax} of your requests wait for an answer. Wait for one of them.`)
}

/** Another person's request looks like none. */
const requireOwn = async (tx: Tx, personId: string, id: string): Promise<RequestRow> => {
  const row = await lockRequest(tx, id)
  if (row === undefined || row.personId !== personId) throw new Refusal('not_found')
  return row
}

export const askRoutes = (rights: Rights): Route[] => [
  route(contract.rights.askRight, async ({ tx, caller, body }) => {
    await requireFewOpen(tx, caller.personId)
    const row = await openRequest(rights, tx, { personId: caller.personId, verified: 'session', ...body })
    return viewDetail(rights, row, rights.clock.now())
  }),
  route(contract.rights.myRequest, async ({ tx, caller, params }) =>
    viewDetail(rights, await requireOwn(tx, caller.personId, params.requestId), rights.clock.now()),
  ),
  route(contract.rights.appeal, async ({ tx, caller, params, body }) => {
    const refused = await requireOwn(tx, caller.personId, params.requestId)
    if (!mayAppeal(refused))
      throw new Refusal(
        'conflict',
        'Only a refusal can be appealed against, and only once. An authority can still be asked.',
      )
    const now = rights.clock.now()
    await updateRequest(tx, refused.id, { appealedAt: now })
    const asked = { personId: caller.personId, verified: 'session', kind: 'appeal', appealOf: refused.id } as const
    return viewDetail(rights, await openRequest(rights, tx, { ...asked, ...body }), now)
  }),
]
