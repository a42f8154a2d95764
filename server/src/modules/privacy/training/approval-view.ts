import type { trainingApprovalView } from '@avow/contract'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import {
  type ApprovalDetails,
  type ApprovalRow,
  isEnough,
  isInForce,
  type TrainingGate,
  type TrainingLevel,
} from '../../../platform/gates/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'

/** What the use cases of approvals to train share. */
export interface Training {
  readonly clock: Clock
  readonly vault: Pick<Vault, 'openMany'>
  readonly gate: TrainingGate
}

type View = z.input<typeof trainingApprovalView>

/** What was agreed, in the order of the rows; null where the organisation's key is gone. */
export const openDetails = async (
  tx: Tx,
  vault: Training['vault'],
  rows: readonly ApprovalRow[],
): Promise<readonly (ApprovalDetails | null)[]> => {
  const cells = rows.map(({ id, organisationId, sealedDetails }) => ({
    subject: organisationId,
    place: { table: 'training_approval', column: 'sealed_details', row: id },
    sealed: sealedDetails,
  }))
  return (await vault.openMany(tx, cells)).map((plain) =>
    plain === null ? null : (JSON.parse(plain) as ApprovalDetails),
  )
}

const view = (row: ApprovalRow, details: ApprovalDetails | null, level: TrainingLevel, now: Date): View => ({
  id: row.id,
  organisationId: row.organisationId,
  projectId: row.projectId,
  kind: row.kind,
  content: row.content,
  givenAt: row.givenAt.toISOString(),
  until: row.until?.toISOString() ?? null,
  withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  inForce: isInForce(row, now),
  counts: isInForce(row, now) && isEnough(row.kind, level),
  policy: row.policy,
  policyVersion: row.policyVersion,
  statement: details?.statement ?? null,
  document: details?.document?.reference ?? null,
  signer: details?.document?.signer ?? null,
  signedOn: details?.document?.signedOn ?? null,
  givenBy: row.givenBy,
  recordedBy: row.recordedBy,
  salt: details?.salt ?? null,
  commitment: row.commitment,
})

/** As the organisation itself sees them. */
export const viewApprovals = async (
  { clock, vault, gate }: Training,
  tx: Tx,
  rows: readonly ApprovalRow[],
): Promise<View[]> => {
  const details = await openDetails(tx, vault, rows)
  const levels = new Map<string, TrainingLevel>()
  for (const id of new Set(rows.map((row) => row.organisationId))) levels.set(id, (await gate.levelOf(tx, id)).level)
  return rows.map((row, index) =>
    view(row, details[index] ?? null, levels.get(row.organisationId) ?? 'never', clock.now()),
  )
}

/** Staff need no name for their work: the document has it. */
export const forStaff = (approval: View): View => ({ ...approval, signer: null, givenBy: null, salt: null })
