import type { Tx } from '../../../platform/db/index.ts'
import type { Identity } from '../identity.ts'
import { hashBackupCode } from './backup-codes.ts'
import { advanceStep, findSecondFactor, type SecondFactorRow, useBackupCode } from './second-factor-store.ts'
import { matchTotp } from './totp.ts'

/** Where the secret is sealed to: it opens in its own row only. */
export const secretContext = (personId: string): string => `second_factor.sealed_secret.${personId}`

export type CodeVerdict = 'wrong' | 'app-code' | 'backup-code'

/** The step of an app's code, or null. */
export const stepOfCode = (
  deps: Pick<Identity, 'vault' | 'clock'>,
  row: SecondFactorRow,
  code: string,
): number | null => {
  const secret = deps.vault.open(secretContext(row.personId), row.sealedSecret)
  return matchTotp(secret, code.replace(/\s/g, ''), deps.clock.nowMs(), row.lastStep)
}

/** Checks a code and uses it up, in the caller's transaction: the same code never works twice, not even at once. */
export const useCode = async (
  deps: Pick<Identity, 'vault' | 'clock'>,
  tx: Tx,
  personId: string,
  code: string,
): Promise<CodeVerdict> => {
  const row = await findSecondFactor(tx, personId, true)
  if (row?.confirmedAt == null) return 'wrong'
  if (/^[\d\s]{6,8}$/.test(code)) {
    const step = stepOfCode(deps, row, code)
    return step !== null && (await advanceStep(tx, personId, step)) ? 'app-code' : 'wrong'
  }
  const codeHash = hashBackupCode(deps.vault, personId, code)
  return (await useBackupCode(tx, personId, codeHash, deps.clock.now())) ? 'backup-code' : 'wrong'
}
