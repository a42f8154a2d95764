import { randomBytes } from 'node:crypto'
import { contract } from '@avow/contract'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { AuthorityRequests } from './authority-requests.ts'
import { insertRequest } from './request-store.ts'
import { viewRequest } from './request-view.ts'

/** @throws Refusal invalid_request for categories under which nothing is held */
const requireHeld = ({ map }: AuthorityRequests, categories: readonly string[]): string[] => {
  const held = new Set(map.map(({ category }) => category as string).filter((category) => category !== 'system'))
  const strange = categories.filter((category) => !held.has(category))
  if (strange.length === 0) return [...new Set(categories)]
  const message = `nothing is held under ${strange.join(', ')}`
  const detail = `categories: ${message}; avow data map lists what is. Nothing was recorded.`
  throw new Refusal('invalid_request', detail, { fields: [{ path: 'categories', message }] })
}

/** @throws Refusal not_found for a person whom nobody knows */
const requireSubject = async (
  { accounts }: AuthorityRequests,
  tx: Tx,
  { subjectKind, subjectId }: { subjectKind: 'person' | 'organisation'; subjectId: string },
): Promise<string> => {
  if (subjectKind === 'organisation') {
    if ((await accounts.ownersOf(tx, subjectId)).length > 0) return subjectId
    throw new Refusal('not_found', 'There is no organisation with this id.')
  }
  const id = subjectId.includes('@') ? await accounts.findByAddress(tx, subjectId) : subjectId
  if (id !== null && (await accounts.addressOf(tx, id)) !== null) return id
  throw new Refusal(
    'not_found',
    'Nobody with an account here is meant by that. Answer the authority that nothing is held.',
  )
}

/** An officer writes down what an authority asks for. */
export const recordRoute = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.record, async ({ tx, caller, body }) => {
    const { clock } = deps
    const asked = requireHeld(deps, body.categories)
    const { country, safeguard: given = null } = body
    const safeguard = deps.gates.placement.compelled({ country, safeguard: given })?.safeguard ?? given
    const subjectId = await requireSubject(deps, tx, body)
    const now = clock.now()
    const values = {
      id: newId('aut', clock),
      state: 'received' as const,
      subjectKind: body.subjectKind,
      subjectId,
      asked,
      receivedAt: body.receivedAt === undefined ? now : new Date(body.receivedAt),
      dueAt: body.dueAt === undefined ? null : new Date(body.dueAt),
      recordedBy: caller.personId,
      recordedAt: now,
    }
    const made = await insertRequest(deps, tx, values, {
      authority: body.authority,
      country,
      safeguard,
      legalBasis: body.legalBasis,
      reference: body.reference ?? null,
      preparedNote: null,
      decisionReason: null,
      silenceReason: null,
      salt: randomBytes(32).toString('hex'),
    })
    await recordDecision(tx, clock, { gate: 'disclosure', decision: 'done', rule: 'received', counted: asked.length })
    return viewRequest(made, now)
  })
