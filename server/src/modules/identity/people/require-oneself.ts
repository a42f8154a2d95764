import { Refusal } from '../../../platform/http/index.ts'
import { countAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import { useCode } from '../second-factor/check-code.ts'
import { requireOwnPassword } from './require-own-password.ts'

/**
 * Makes sure that it is the person, before what cannot be undone: the password, and a code where there is one.
 * @returns by what it was made sure
 * @throws Refusal wrong_credentials, second_factor_required, wrong_code, rate_limited
 */
export const requireOneself = async (
  identity: Identity,
  personId: string,
  given: { password: string; code?: string | undefined },
): Promise<'password' | 'password-and-code'> => {
  const { hasSecondFactor } = await requireOwnPassword(identity, personId, given.password)
  if (!hasSecondFactor) return 'password'
  const { code } = given
  if (code === undefined) throw new Refusal('second_factor_required')
  await countAttempts(identity, [{ rule: limits.code, of: personId }])
  const verdict = await identity.database.transaction((tx) => useCode(identity, tx, personId, code.trim()))
  if (verdict === 'wrong') throw new Refusal('wrong_code')
  return 'password-and-code'
}
