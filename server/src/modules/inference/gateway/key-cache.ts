import { hash as digest, randomBytes } from 'node:crypto'
import type { KeyDirectory, KeyRecord } from './key-directory.ts'

interface Entry {
  readonly record: KeyRecord | null
  readonly readAtMs: number
}

export interface KeyCache {
  /**
   * The key's record, null when unknown; a promise only when it is not cached. Rejects when it cannot be looked up.
   * @param mayLookUp asked before a key is looked up that was not known before; one that may not be is unknown
   */
  find(secret: string, nowMs: number, mayLookUp?: () => boolean): KeyRecord | null | Promise<KeyRecord | null>
  close(): void
}

const freshMs = 60_000
const unknownFreshMs = 10_000
/** How long an old answer may stand in while the database is away. */
const staleMs = 300_000
const knownMax = 100_000
const unknownMax = 10_000
const always = (): boolean => true

/**
 * Remembers keys by a hash that is drawn anew with each process, so that no secret stays in memory. A change that the directory tells of takes effect at once, also on a look-up that is
 * under way; the time limit is only a second net.
 */
export const createKeyCache = (directory: KeyDirectory): KeyCache => {
  const salt = randomBytes(32).toString('hex')
  const known = new Map<string, Entry>()
  const unknown = new Map<string, Entry>()
  const hashOfKey = new Map<string, string>()
  const underWay = new Map<string, Promise<KeyRecord | null>>()
  let changes = 0

  const stop = directory.onChange((keyId) => {
    changes++
    unknown.clear()
    if (keyId === null) {
      known.clear()
      hashOfKey.clear()
      return
    }
    const hash = hashOfKey.get(keyId)
    if (hash !== undefined) known.delete(hash)
  })

  const remember = (hash: string, record: KeyRecord | null, nowMs: number): void => {
    const [map, max] = record === null ? [unknown, unknownMax] : [known, knownMax]
    const oldest = map.size >= max ? map.keys().next() : undefined
    if (oldest?.done === false) forget(oldest.value)
    map.set(hash, { record, readAtMs: nowMs })
    if (record !== null) hashOfKey.set(record.keyId, hash)
  }

  const forget = (hash: string): void => {
    unknown.delete(hash)
    const keyId = known.get(hash)?.record?.keyId
    known.delete(hash)
    if (keyId !== undefined) hashOfKey.delete(keyId)
  }

  const readUnchanged = async (secret: string): Promise<KeyRecord | null> => {
    for (;;) {
      const before = changes
      const record = await directory.find(secret)
      if (changes === before) return record
    }
  }

  const load = (secret: string, hash: string, old: Entry | undefined, nowMs: number): Promise<KeyRecord | null> => {
    const already = underWay.get(hash)
    if (already !== undefined) return already
    const loading = readUnchanged(secret)
      .then((record) => {
        forget(hash)
        remember(hash, record, nowMs)
        return record
      })
      .catch((error: unknown) => {
        if (old !== undefined && known.get(hash) === old && nowMs - old.readAtMs < staleMs) return old.record
        throw error
      })
      .finally(() => underWay.delete(hash))
    underWay.set(hash, loading)
    return loading
  }

  return {
    find: (secret, nowMs, mayLookUp = always) => {
      const hash = digest('sha256', salt + secret, 'base64')
      const entry = known.get(hash)
      if (entry !== undefined) return nowMs - entry.readAtMs < freshMs ? entry.record : load(secret, hash, entry, nowMs)
      const absent = unknown.get(hash)
      if (absent !== undefined && nowMs - absent.readAtMs < unknownFreshMs) return null
      return mayLookUp() ? load(secret, hash, undefined, nowMs) : null
    },
    close: stop,
  }
}
