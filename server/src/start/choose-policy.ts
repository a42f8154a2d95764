import type { CompiledPolicy } from '@avow/policy'
import { hasPeople } from '../modules/identity/index.ts'
import { type PolicyText, type SettledPolicy, settlePolicy } from '../modules/privacy/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import type { Database, MappedColumn } from '../platform/db/index.ts'
import { createRetentionGate } from '../platform/gates/index.ts'

export interface PolicyDeps {
  readonly database: Database
  readonly clock: Clock
  readonly map: readonly MappedColumn[]
}

/** Why the data map cannot keep the periods of a policy; empty when it can. */
export const misfits =
  (deps: PolicyDeps) =>
  (policy: CompiledPolicy): readonly string[] =>
    createRetentionGate({ ...deps, policy }).problems

/** Which policy runs: the file, or what was promised before and still holds. @param say told why it is not the file */
export const choosePolicy = async (
  deps: PolicyDeps,
  file: PolicyText,
  say: (line: string) => void,
): Promise<SettledPolicy> => {
  const settled = await settlePolicy({ ...deps, hasPeople, misfits: misfits(deps) }, file)
  for (const line of settled.says) say(line)
  return settled
}
