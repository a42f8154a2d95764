import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { trainingApproval } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'

const hourMs = 3_600_000

type Values = typeof trainingApproval.$inferInsert

/** Puts an approval there by itself, for trials of the gate that are taken back: its seal and its commitment are nothing. */
export const plantApproval = (
  tx: Tx,
  clock: Clock,
  of: Pick<Values, 'organisationId' | 'kind' | 'content'>,
  change: Partial<Values> = {},
): Promise<unknown> => {
  const sealed = { sealedDetails: Buffer.alloc(1), commitment: randomBytes(32).toString('hex') }
  const given = { id: newId('tra', clock), projectId: null, givenAt: new Date(clock.nowMs() - 2 * hourMs) }
  return tx
    .insert(trainingApproval)
    .values({ ...given, ...of, policy: 'probe', policyVersion: '0.0.0', ...sealed, ...change })
}
