import { createHash } from 'node:crypto'
import { addDuration, type CompiledPolicy, type Duration, parseDuration } from '@avow/policy'
import type { attestation } from './tables.ts'

export type AttestationRow = typeof attestation.$inferSelect

/** What the policy says of one attestation. */
export interface Wanted {
  readonly name: string
  readonly role: string
  readonly statement: string
  /** Canonical ISO 8601. */
  readonly validity: string
  readonly clauses: readonly string[]
}

export const wantedBy = (policy: CompiledPolicy): Wanted[] =>
  Object.entries(policy.source.attestations ?? {}).map(([name, { role, statement, validity }]) => ({
    name,
    role,
    statement,
    validity,
    clauses: policy.rules.flatMap((rule) => (rule.kind === 'attest' && rule.argument === name ? rule.clauses : [])),
  }))

/** The schema lets through durations only. */
export const validUntil = ({ validity }: Pick<Wanted, 'validity'>, statedAt: Date): Date =>
  addDuration(statedAt, parseDuration(validity) as Duration)

export type AttestationState = 'in force' | 'ran out' | 'revoked'

export const stateOf = (row: Pick<AttestationRow, 'revokedAt' | 'validUntil'>, now: Date): AttestationState => {
  if (row.revokedAt !== null) return 'revoked'
  return row.validUntil <= now ? 'ran out' : 'in force'
}

const dayMs = 86_400_000
const remindDaysMax = 30

/** From when those who may renew a statement are reminded: a quarter of its life before its end, at most thirty days. */
export const remindFrom = (row: Pick<AttestationRow, 'statedAt' | 'validUntil'>): Date => {
  const quarter = (row.validUntil.getTime() - row.statedAt.getTime()) / 4
  return new Date(row.validUntil.getTime() - Math.min(quarter, remindDaysMax * dayMs))
}

/** What is sealed of a statement. */
export interface Details {
  /** 32 random bytes, hex. */
  readonly salt: string
  readonly note: string | null
}

/** What the evidence log has of a statement: nothing to anybody without the salt, and no other row fits it. */
export const commitTo = (
  row: Pick<AttestationRow, 'id' | 'name' | 'role' | 'statement' | 'statedBy' | 'statedAt' | 'validUntil'>,
  { salt, note }: Details,
): string => {
  const { id, name, role, statement, statedBy, statedAt } = row
  const fields = [id, name, role, statement, statedBy, statedAt.toISOString(), row.validUntil.toISOString(), note]
  return createHash('sha256')
    .update(`${salt}\n${JSON.stringify(fields)}`)
    .digest('hex')
}
