import type { Attestation, CompiledPolicy } from '@avow/policy'
import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { evidenceLeaf, olderThan, type Tx } from '../../../platform/db/index.ts'
import type { Cursor } from '../../../platform/http/index.ts'
import type { AttestationRow, Wanted } from './attestation.ts'
import { attestation, responsibility } from './tables.ts'

/** Newest first, one more than the limit. */
export const listStatements = (
  tx: Tx,
  page: { name: string; limit: number; after: Cursor | undefined },
): Promise<AttestationRow[]> =>
  tx
    .select()
    .from(attestation)
    .where(and(eq(attestation.name, page.name), olderThan(attestation.statedAt, attestation.id, page.after)))
    .orderBy(desc(attestation.statedAt), desc(attestation.id))
    .limit(page.limit + 1)

/** The statement of each name that is valid for longest, of those not revoked and in the words that the policy has now. */
export const findLatest = async (tx: Tx, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, AttestationRow>> => {
  const names = wanted.map(({ name }) => name)
  if (names.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(attestation)
    .where(and(inArray(attestation.name, names), isNull(attestation.revokedAt)))
    .orderBy(asc(attestation.validUntil))
  const words = new Map(wanted.map(({ name, role, statement }) => [name, `${role}\n${statement}`]))
  return new Map(
    rows
      .filter(({ name, role, statement }) => words.get(name) === `${role}\n${statement}`)
      .map((row) => [row.name, row] as const),
  )
}

/** The statements that count for the report: not revoked, in the words that the policy has now. */
export const findAttestations = async (tx: Tx, policy: CompiledPolicy): Promise<Attestation[]> => {
  const rows = await tx.select().from(attestation).where(isNull(attestation.revokedAt))
  return rows
    .filter(({ name, statement }) => policy.source.attestations?.[name]?.statement === statement)
    .map(({ name, role, statedAt, validUntil }) => ({ attestation: name, role, statedAt, expiresAt: validUntil }))
}

/** Statements of one name that are not revoked, each with what the evidence log has of it. */
export const listWithEvidence = async (tx: Tx, name: string) =>
  tx
    .select({ row: attestation, commitment: evidenceLeaf.commitment, gate: evidenceLeaf.gate })
    .from(attestation)
    .leftJoin(evidenceLeaf, eq(evidenceLeaf.sequence, attestation.evidenceSequence))
    .where(and(eq(attestation.name, name), isNull(attestation.revokedAt)))

/** Whether somebody answers for a role. */
export const isResponsible = async (tx: Tx, role: string, personId: string): Promise<boolean> =>
  (await tx.$count(responsibility, and(eq(responsibility.role, role), eq(responsibility.personId, personId)))) > 0

export const rolesOf = async (tx: Tx, personId: string): Promise<string[]> =>
  (
    await tx.select({ role: responsibility.role }).from(responsibility).where(eq(responsibility.personId, personId))
  ).map(({ role }) => role)

export const listResponsible = (tx: Tx, role?: string) =>
  tx
    .select()
    .from(responsibility)
    .where(role === undefined ? undefined : eq(responsibility.role, role))
    .orderBy(asc(responsibility.role), asc(responsibility.since))
