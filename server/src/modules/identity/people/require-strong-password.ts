import { bcryptBytesMax } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { whyWeak } from './weak-password.ts'

/** @throws Refusal weak_password, saying why */
export const requireStrongPassword = (
  { policy }: Pick<Identity, 'policy'>,
  password: string,
  person: { name: string; email: string },
): void => {
  const isTooLong = policy.password.algorithm === 'bcrypt' && Buffer.byteLength(password) > bcryptBytesMax
  const why = isTooLong
    ? `It may have at most ${bcryptBytesMax} bytes here.`
    : whyWeak(password, policy.passwordLengthMin, person)
  if (why !== null) throw new Refusal('weak_password', `The password is too weak. ${why}`)
}
