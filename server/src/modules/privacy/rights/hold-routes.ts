import { contract, type holdView } from '@avow/contract'
import { and, desc, eq, lt, or } from 'drizzle-orm'
import type { z } from 'zod'
import { legalHold, type Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { lockHolds } from '../../../platform/gates/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import { resumeErasures } from './erase-person.ts'
import type { Rights } from './rights.ts'

type HoldRow = typeof legalHold.$inferSelect

const view = (row: HoldRow, now: Date): z.input<typeof holdView> => ({
  id: row.id,
  scope: row.scope,
  subjectId: row.subjectId,
  categories: row.categories,
  ground: row.ground,
  reference: row.reference,
  placedBy: row.placedBy,
  placedAt: row.placedAt.toISOString(),
  beginsAt: row.beginsAt.toISOString(),
  endsAt: row.endedAt?.toISOString() ?? null,
  releasedBy: row.releasedBy,
  active: row.beginsAt <= now && (row.endedAt === null || row.endedAt > now),
})

const refuse = (path: string, message: string): Refusal =>
  new Refusal('invalid_request', `${path}: ${message}. Nothing was changed.`, { fields: [{ path, message }] })

interface Wanted {
  scope: HoldRow['scope']
  subjectId?: string | undefined
  categories?: string[] | undefined
  endsAt?: string | undefined
}

/** @throws Refusal invalid_request */
const requireMeaning = (rights: Rights, { scope, subjectId, categories, endsAt }: Wanted): void => {
  if ((scope === 'everyone') !== (subjectId === undefined))
    throw refuse('subjectId', scope === 'everyone' ? 'a hold on everyone names nobody' : 'say on whom')
  const known = new Set(rights.map.map((column) => column.category as string))
  for (const category of categories ?? [])
    if (!known.has(category) || category === 'system') throw refuse('categories', `nothing is held under ${category}`)
  if (endsAt !== undefined && new Date(endsAt) <= rights.clock.now()) throw refuse('endsAt', 'must be in the future')
}

const subjectOf = async (rights: Rights, tx: Tx, { scope, subjectId }: Wanted) => {
  if (scope !== 'person' || subjectId === undefined)
    return { subjectId: subjectId ?? null, addresses: [], organisations: [] }
  const id = subjectId.includes('@') ? await rights.accounts.findByAddress(tx, subjectId) : subjectId
  if (id === null) throw new Refusal('not_found', 'Nobody has an account with this address.')
  const { email, formerAddresses, organisationsAlone } = await rights.accounts.belongings(tx, id)
  const current = email === null ? [] : [addressIndex(rights.vault, email)]
  const addresses = [...current, ...formerAddresses.map(({ index }) => index)]
  return { subjectId: id, addresses, organisations: [...organisationsAlone] }
}

const create = (rights: Rights): Route =>
  route(contract.holds.create, async ({ tx, caller, body }) => {
    const { clock } = rights
    requireMeaning(rights, body)
    await lockHolds(tx)
    const now = clock.now()
    const row = {
      id: newId('hld', clock),
      scope: body.scope,
      ...(await subjectOf(rights, tx, body)),
      categories: body.categories ?? null,
      ground: body.ground,
      reference: body.reference ?? null,
      placedBy: caller.personId,
      placedAt: now,
      beginsAt: now,
      endedAt: body.endsAt === undefined ? null : new Date(body.endsAt),
      releasedBy: null,
    }
    await tx.insert(legalHold).values(row)
    await recordDecision(tx, clock, { gate: 'hold', decision: 'done', rule: 'hold placed' })
    return view(row, now)
  })

const release = (rights: Rights): Route =>
  route(contract.holds.release, async ({ tx, caller, params }) => {
    const now = rights.clock.now()
    const [row] = await tx.select().from(legalHold).where(eq(legalHold.id, params.holdId)).for('update')
    if (row === undefined) throw new Refusal('not_found')
    if (row.endedAt !== null && row.endedAt <= now) throw new Refusal('conflict', 'This hold has ended already.')
    const changes = { endedAt: now, releasedBy: caller.personId, addresses: [], organisations: [] }
    await tx.update(legalHold).set(changes).where(eq(legalHold.id, row.id))
    await recordDecision(tx, rights.clock, { gate: 'hold', decision: 'done', rule: 'hold released' })
    await resumeErasures(tx)
    return view({ ...row, ...changes }, now)
  })

const list = (rights: Rights): Route =>
  route(contract.holds.list, async ({ tx, query }) => {
    const after = decodeCursor(query.cursor)
    const at = new Date(after?.atMs ?? 0)
    const older = or(lt(legalHold.placedAt, at), and(eq(legalHold.placedAt, at), lt(legalHold.id, after?.id ?? '')))
    const rows = await tx
      .select()
      .from(legalHold)
      .where(after === undefined ? undefined : older)
      .orderBy(desc(legalHold.placedAt), desc(legalHold.id))
      .limit(query.limit + 1)
    const now = rights.clock.now()
    return toPage(
      rows,
      query.limit,
      (row) => ({ atMs: row.placedAt.getTime(), id: row.id }),
      (row) => view(row, now),
    )
  })

export const holdRoutes = (rights: Rights): Route[] => [list(rights), create(rights), release(rights)]
