import { randomBytes } from 'node:crypto'
import { type attestationView, contract, type wantedAttestationView } from '@avow/contract'
import { and, eq, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Caller, decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { nobody } from '../../../platform/vault/index.ts'
import {
  type AttestationRow,
  commitTo,
  type Details,
  remindFrom,
  stateOf,
  validUntil,
  type Wanted,
  wantedBy,
} from './attestation.ts'
import { findLatest, isResponsible, listStatements, rolesOf } from './attestation-store.ts'
import type { Attestations } from './attestations.ts'
import { attestation } from './tables.ts'

/** What is sealed of statements, in their order; null where nobody can read it any more. */
export const openDetails = async (
  tx: Tx,
  { vault }: Pick<Attestations, 'vault'>,
  rows: readonly AttestationRow[],
): Promise<(Details | null)[]> => {
  const sealed = rows.flatMap(({ id, statedBy, sealedDetails }) => {
    const place = { table: 'attestation', column: 'sealed_details', row: id }
    return sealedDetails === null ? [] : [{ subject: statedBy ?? nobody, place, sealed: sealedDetails }]
  })
  const opened = (await vault.openMany(tx, sealed))[Symbol.iterator]()
  return rows.map((row) => {
    const plain = row.sealedDetails === null ? null : opened.next().value
    return typeof plain === 'string' ? (JSON.parse(plain) as Details) : null
  })
}

const view = (row: AttestationRow, details: Details | null, now: Date): z.input<typeof attestationView> => ({
  id: row.id,
  name: row.name,
  role: row.role,
  statement: row.statement,
  state: stateOf(row, now),
  statedAt: row.statedAt.toISOString(),
  statedBy: row.statedBy,
  validUntil: row.validUntil.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
  note: details?.note ?? null,
})

/** @throws Refusal not_found */
const requireWanted = ({ policy }: Pick<Attestations, 'policy'>, name: string): Wanted => {
  const wanted = wantedBy(policy).find((one) => one.name === name)
  if (wanted !== undefined) return wanted
  const names = wantedBy(policy).map((one) => one.name)
  const known = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`
  throw new Refusal('not_found', `The policy wants no attestation ${name}. ${known}`)
}

/** @throws Refusal forbidden */
const requireRole = async (tx: Tx, { role }: Wanted, { personId, staffRole }: Caller): Promise<void> => {
  if (staffRole === role || (await isResponsible(tx, role, personId))) return
  const todo = `An operator can make you responsible for it: avow attestation appoint ADDRESS ${role}.`
  throw new Refusal('forbidden', `The policy wants this stated in the role ${role}. ${todo}`)
}

const oneSpace = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** @throws Refusal invalid_request */
const requireWords = ({ name, statement }: Wanted, given: string): void => {
  if (oneSpace(given) === oneSpace(statement)) return
  const message = 'must repeat the words of the policy'
  throw new Refusal(
    'invalid_request',
    `The statement of ${name} is not the policy’s: “${statement}”. Nothing was kept.`,
    {
      fields: [{ path: 'statement', message }],
    },
  )
}

const state = (deps: Attestations): Route =>
  route(contract.attestations.state, async ({ tx, caller, params, body }) => {
    const wanted = requireWanted(deps, params.name)
    await requireRole(tx, wanted, caller)
    requireWords(wanted, body.statement)
    const { clock, vault } = deps
    const now = clock.now()
    const { name, role, statement } = wanted
    const id = newId('att', clock)
    const fact = {
      id,
      name,
      role,
      statement,
      statedBy: caller.personId,
      statedAt: now,
      validUntil: validUntil(wanted, now),
    }
    const details: Details = { salt: randomBytes(32).toString('hex'), note: body.note ?? null }
    const place = { table: 'attestation', column: 'sealed_details', row: id }
    const sealedDetails = await vault.sealFor(caller.personId, place, JSON.stringify(details))
    const evidenceSequence = await recordDecision(tx, clock, {
      gate: 'attestation',
      decision: 'done',
      rule: `attest(${name})`,
      commitment: commitTo(fact, details),
    })
    const [row] = await tx
      .insert(attestation)
      .values({ ...fact, sealedDetails, evidenceSequence })
      .returning()
    if (row === undefined) throw new Error('a statement was not written')
    return view(row, details, now)
  })

const revoke = (deps: Attestations): Route =>
  route(contract.attestations.revoke, async ({ tx, caller, params }) => {
    const mine = and(eq(attestation.id, params.attestationId), eq(attestation.name, params.name))
    const [row] = await tx.select().from(attestation).where(mine).for('update')
    if (row === undefined) throw new Refusal('not_found')
    const isOwn = row.statedBy === caller.personId
    if (!isOwn && caller.staffRole !== 'operator' && caller.staffRole !== row.role)
      if (!(await isResponsible(tx, row.role, caller.personId)))
        throw new Refusal('forbidden', `Who stated it, an operator, or the role ${row.role} may take it back.`)
    const now = deps.clock.now()
    if (stateOf(row, now) !== 'in force')
      throw new Refusal('conflict', `This statement is not in force: ${stateOf(row, now)}.`)
    await tx
      .update(attestation)
      .set({ revokedAt: now })
      .where(and(mine, isNull(attestation.revokedAt)))
    await recordDecision(tx, deps.clock, { gate: 'attestation', decision: 'done', rule: `revoke(${row.name})` })
    const [details] = await openDetails(tx, deps, [row])
    return view({ ...row, revokedAt: now }, details ?? null, now)
  })

const history = (deps: Attestations): Route =>
  route(contract.attestations.history, async ({ tx, params, query }) => {
    const page = { name: params.name, limit: query.limit, after: decodeCursor(query.cursor) }
    const rows = await listStatements(tx, page)
    if (rows.length === 0) requireWanted(deps, params.name)
    const opened = await openDetails(tx, deps, rows)
    const now = deps.clock.now()
    return toPage(
      rows.map((row, index) => ({ row, details: opened[index] ?? null })),
      query.limit,
      ({ row }) => ({ atMs: row.statedAt.getTime(), id: row.id }),
      ({ row, details }) => view(row, details, now),
    )
  })

type WantedView = z.input<typeof wantedAttestationView>

const stateNow = (latest: AttestationRow | undefined, now: Date): WantedView['state'] => {
  if (latest === undefined) return 'missing'
  const found = stateOf(latest, now)
  return found === 'in force' && remindFrom(latest) <= now ? 'ends soon' : found
}

const list = (deps: Attestations): Route =>
  route(contract.attestations.wanted, async ({ tx, caller }) => {
    const wanted = wantedBy(deps.policy)
    const latest = await findLatest(tx, wanted)
    const roles = new Set([caller.staffRole, ...(await rolesOf(tx, caller.personId))])
    const now = deps.clock.now()
    return {
      items: wanted.map(({ clauses, ...one }) => ({
        ...one,
        clauses: [...clauses],
        state: stateNow(latest.get(one.name), now),
        validUntil: latest.get(one.name)?.validUntil.toISOString() ?? null,
        mine: roles.has(one.role),
      })),
    }
  })

export const statementRoutes = (deps: Attestations): Route[] => [list(deps), history(deps), state(deps), revoke(deps)]
