import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Clock } from '../clock/index.ts'
import { findCurrentKeyId, findKeys, isShredded, type KeyQueries, keepKey, shredKey } from './key-store.ts'
import { type KeyRing, wrapKey } from './wrap-key.ts'

/** The subject's key was destroyed: what it sealed is gone for good, and nothing is ever sealed for them again. */
export class SubjectShredded extends Error {}

/** Data keys of subjects, made on first use and kept in memory for a while. */
export interface SubjectKeys {
  /** @throws SubjectShredded */
  keyFor(subject: string): Promise<KeyObject>
  /** Keys of those who have one, in one question; a subject without one is left out. */
  keysOf(subjects: readonly string[]): Promise<ReadonlyMap<string, KeyObject>>
  /** @returns whether there was a key */
  shred(subject: string): Promise<boolean>
  isShredded(subject: string): Promise<boolean>
  /** Drops a key from memory; null: all of them. */
  forget(subject: string | null): void
}

export interface SubjectKeyDeps {
  readonly pool: KeyQueries
  readonly ring: KeyRing
  readonly clock: Pick<Clock, 'now'>
  /** Keyed, so that the list of the shredded names nobody. */
  readonly hashSubject: (subject: string) => string
  /** Whether word of a shredding in another process would arrive; keys are kept in memory only then. */
  readonly isHearing: () => boolean
  readonly cachedMax: number
}

/** The newest keys in memory, bounded. `epoch` tells a look-up that keys were dropped while it ran. */
const createCache = (max: number) => {
  const keys = new Map<string, KeyObject>()
  let epoch = 0
  return {
    epoch: () => epoch,
    get: (subject: string) => {
      const key = keys.get(subject)
      if (key === undefined) return undefined
      keys.delete(subject)
      keys.set(subject, key)
      return key
    },
    set: (subject: string, key: KeyObject) => {
      keys.set(subject, key)
      const [oldest] = keys.keys()
      if (keys.size > max && oldest !== undefined) keys.delete(oldest)
    },
    forget: (subject: string | null) => {
      epoch++
      if (subject === null) keys.clear()
      else keys.delete(subject)
    },
  }
}

export const createSubjectKeys = (deps: SubjectKeyDeps): SubjectKeys => {
  const { pool, ring, clock, hashSubject, isHearing } = deps
  const cache = createCache(deps.cachedMax)

  const remember = (subject: string, key: KeyObject, epoch: number): void => {
    if (isHearing() && epoch === cache.epoch()) cache.set(subject, key)
  }

  const make = async (subject: string): Promise<KeyObject> => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      const fresh = wrapKey(ring.current(), subject, randomBytes(32))
      const kept = await keepKey(pool, { ...fresh, subjectHash: hashSubject(subject), now: clock.now() })
      if (kept.outcome === 'shredded') throw new SubjectShredded('the key of this subject was destroyed')
      if (kept.outcome === 'key') return createSecretKey(ring.unwrap({ subject, ...kept }))
      ring.reload((await findCurrentKeyId(pool))?.id ?? null)
    }
    throw new Error('no key could be made: the master key in the files is not the one in force in the database')
  }

  const keysOf: SubjectKeys['keysOf'] = async (subjects) => {
    const found = new Map<string, KeyObject>()
    const missing: string[] = []
    for (const subject of new Set(subjects)) {
      const key = isHearing() ? cache.get(subject) : undefined
      if (key === undefined) missing.push(subject)
      else found.set(subject, key)
    }
    if (missing.length === 0) return found
    const epoch = cache.epoch()
    for (const row of await findKeys(pool, missing)) {
      const key = createSecretKey(ring.unwrap(row))
      found.set(row.subject, key)
      remember(row.subject, key, epoch)
    }
    return found
  }

  return {
    keysOf,
    keyFor: async (subject) => {
      const known = (await keysOf([subject])).get(subject)
      if (known !== undefined) return known
      const epoch = cache.epoch()
      const made = await make(subject)
      remember(subject, made, epoch)
      return made
    },
    shred: async (subject) => {
      cache.forget(subject)
      const had = await shredKey(pool, subject, hashSubject(subject), clock.now())
      cache.forget(subject)
      return had
    },
    isShredded: (subject) => isShredded(pool, hashSubject(subject)),
    forget: cache.forget,
  }
}
