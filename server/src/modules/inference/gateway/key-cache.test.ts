import { expect, test } from 'vitest'
import { createKeyCache } from './key-cache.ts'
import type { KeyDirectory, KeyRecord } from './key-directory.ts'
import { keyRecord } from './test-gateway.ts'

const recordOf = (keyId: string, more: Partial<KeyRecord> = {}): KeyRecord => keyRecord({ keyId, ...more })

function directoryOf(keys: Map<string, KeyRecord>) {
  let listener: (keyId: string | null) => void = () => undefined
  const directory = {
    reads: 0,
    away: false,
    /** Runs in the middle of the next look-up. */
    during: (): void => undefined,
    change: (keyId: string | null) => listener(keyId),
    async find(secret: string) {
      directory.reads++
      if (directory.away) throw new Error('the database is away')
      const read = keys.get(secret) ?? null
      const { during } = directory
      directory.during = () => undefined
      during()
      return read
    },
    onChange(to: (keyId: string | null) => void) {
      listener = to
      return () => undefined
    },
    touched: () => undefined,
  }
  return directory satisfies KeyDirectory & Record<string, unknown>
}

test('a key is looked up once and then answered without waiting', async () => {
  const directory = directoryOf(new Map([['s', recordOf('k')]]))
  const cache = createKeyCache(directory)
  expect(await Promise.all([cache.find('s', 0), cache.find('s', 0)])).toEqual([recordOf('k'), recordOf('k')])
  expect(cache.find('s', 59_999)).toEqual(recordOf('k'))
  expect(directory.reads).toBe(1)
  await cache.find('s', 60_000)
  expect(directory.reads).toBe(2)
})

test('a change takes effect with the next request', async () => {
  const keys = new Map([['s', recordOf('k')]])
  const directory = directoryOf(keys)
  const cache = createKeyCache(directory)
  await cache.find('s', 0)
  keys.set('s', recordOf('k', { state: 'revoked' }))
  directory.change('k')
  expect(await cache.find('s', 1)).toMatchObject({ state: 'revoked' })
})

test('a change in the middle of a look-up is not missed', async () => {
  const keys = new Map([['s', recordOf('k')]])
  const directory = directoryOf(keys)
  const cache = createKeyCache(directory)
  directory.during = () => {
    keys.set('s', recordOf('k', { state: 'revoked' }))
    directory.change('k')
  }
  expect(await cache.find('s', 0)).toMatchObject({ state: 'revoked' })
  expect(cache.find('s', 1)).toMatchObject({ state: 'revoked' })
})

test('unknown keys cost one look-up for a while, and a new key works at once', async () => {
  const keys = new Map<string, KeyRecord>()
  const directory = directoryOf(keys)
  const cache = createKeyCache(directory)
  expect(await cache.find('s', 0)).toBeNull()
  expect(cache.find('s', 9_999)).toBeNull()
  expect(directory.reads).toBe(1)
  keys.set('s', recordOf('k'))
  directory.change('k')
  expect(await cache.find('s', 9_999)).toEqual(recordOf('k'))
})

test('known keys go on for a few minutes while the database is away; unknown ones do not', async () => {
  const directory = directoryOf(new Map([['s', recordOf('k')]]))
  const cache = createKeyCache(directory)
  await cache.find('s', 0)
  directory.away = true
  expect(await cache.find('s', 120_000)).toEqual(recordOf('k'))
  await expect(cache.find('other', 0)).rejects.toThrow('away')
  await expect(cache.find('s', 300_000)).rejects.toThrow('away')
  directory.change(null)
  await expect(cache.find('s', 1)).rejects.toThrow('away')
})
