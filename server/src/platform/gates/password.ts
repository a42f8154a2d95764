import type { CompiledPolicy } from '@avow/policy'
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt'

/** The only way to store or check a person's password. */
export interface PasswordGate {
  /** The stored form under the policy's algorithm and cost (PHC string or bcrypt's modular form). */
  hash(plain: string): Promise<string>
  verify(stored: string, plain: string): Promise<boolean>
  /** Whether a stored form is other than the policy now asks: hash again at the next sign-in. */
  needsRehash(stored: string): boolean
}

/** bcrypt reads 72 bytes only; what is longer is refused rather than cut. */
export const bcryptBytesMax = 72

export const createPasswordGate = (wanted: CompiledPolicy['password']): PasswordGate => ({
  hash: async (plain) => {
    switch (wanted.algorithm) {
      case 'argon2id': // the library's default variant
        return argon2Hash(plain, {
          memoryCost: wanted.memoryKib,
          timeCost: wanted.iterations,
          parallelism: wanted.parallelism,
        })
      case 'bcrypt':
        if (Buffer.byteLength(plain) > bcryptBytesMax)
          throw new RangeError(`a password may have at most ${bcryptBytesMax} bytes`)
        return bcryptHash(plain, wanted.cost)
    }
  },
  verify: async (stored, plain) => {
    if (stored.startsWith('$argon2')) return argon2Verify(stored, plain)
    if (/^\$2[aby]\$/.test(stored)) return Buffer.byteLength(plain) <= bcryptBytesMax && bcryptVerify(plain, stored)
    return false
  },
  needsRehash: (stored) => !followsPasswordRule(stored, wanted),
})

/** Whether a stored password has the algorithm and at least the cost of the rule. */
export const followsPasswordRule = (stored: string, wanted: CompiledPolicy['password']): boolean => {
  switch (wanted.algorithm) {
    case 'argon2id': {
      const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored)
      return (
        parts !== null &&
        Number(parts[1]) >= wanted.memoryKib &&
        Number(parts[2]) >= wanted.iterations &&
        Number(parts[3]) >= wanted.parallelism
      )
    }
    case 'bcrypt': {
      const parts = /^\$2[aby]\$(\d{2})\$/.exec(stored)
      return parts !== null && Number(parts[1]) >= wanted.cost
    }
  }
}
