import { decrypt, encrypt } from './cipher.ts'
import type { KeyFiles, WrappingKey } from './key-files.ts'
import type { WrappedKey } from './key-store.ts'

const version = 3

/** A wrapped key opens for its own subject only. */
const associated = (subject: string): string => JSON.stringify(['data-key', subject])

export const wrapKey = (under: WrappingKey, subject: string, key: Buffer): WrappedKey => ({
  subject,
  wrapped: encrypt(version, under.key, associated(subject), key),
  keyId: under.id,
})

/** Wraps and unwraps with the key files, which another process may be replacing. */
export interface KeyRing {
  /** The key under which new data keys are wrapped. */
  current(): WrappingKey
  /** @throws SealBroken; Error when the wrapping key is gone */
  unwrap(of: WrappedKey): Buffer
  /** Reads the files again; the newest key is then the current one if it is named so. */
  reload(currentId: string | null): void
}

export const createKeyRing = (files: Pick<KeyFiles, 'read'>): KeyRing => {
  let known = new Map<string, WrappingKey>()
  let now: WrappingKey | undefined
  const reload = (currentId: string | null): void => {
    const { current, next } = files.read()
    known = new Map([current, next].flatMap((key) => (key === null ? [] : [[key.id, key]])))
    now = (currentId === null ? undefined : known.get(currentId)) ?? current ?? undefined
  }
  const find = (id: string): WrappingKey => {
    const found = known.get(id)
    if (found !== undefined) return found
    reload(now?.id ?? null)
    const later = known.get(id)
    if (later === undefined)
      throw new Error(`the master key ${id} is gone. Restore it: what it wraps cannot be read without it`)
    return later
  }
  return {
    reload,
    current: () => {
      if (now === undefined) throw new Error('there is no master key')
      return now
    },
    unwrap: ({ subject, wrapped, keyId }) => decrypt(version, find(keyId).key, associated(subject), wrapped),
  }
}
