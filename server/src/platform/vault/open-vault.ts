import { type KeyObject, randomBytes } from 'node:crypto'
import { Pool, type PoolClient } from 'pg'
import type { Clock } from '../clock/index.ts'
import { closerOf, listenTo, type MappedColumn, type Reader, type Said, type Tx } from '../db/index.ts'
import { Refusal } from '../http/problem.ts'
import type { Log } from '../log/index.ts'
import { decrypt, encrypt } from './cipher.ts'
import { dropUnusedKeys } from './drop-unused-keys.ts'
import type { KeyFiles, WrappingKey } from './key-files.ts'
import {
  countKeys,
  countKeysNotUnder,
  findCurrentKeyId,
  findKeys,
  findLastChange,
  keepKey,
  makeCurrent,
} from './key-store.ts'
import { prepareVault } from './prepare-vault.ts'
import { isRotating, type RotationStep, rotateKey } from './rotate-key.ts'
import { createSecrets, type Secrets } from './secrets.ts'
import { createSubjectKeys, SubjectShredded } from './subject-keys.ts'
import { createKeyRing, type KeyRing, wrapKey } from './wrap-key.ts'

/** The one cell that a sealed value belongs to. */
export interface Place {
  readonly table: string
  readonly column: string
  /** The row's id. */
  readonly row: string
}

export interface SealedValue {
  readonly subject: string
  readonly place: Place
  readonly sealed: Buffer
  /** What the subject said about the use of their data, where it was read with the value. */
  readonly said?: Said
}

/** What an operator may know of the keys. */
export interface VaultState {
  readonly keyId: string
  /** When that key came into force. */
  readonly since: Date
  readonly dataKeys: number
  readonly shredded: number
  /** A rotation that was begun: how many data keys the old key still wraps. */
  readonly rotation: { readonly left: number } | null
}

/**
 * Seals what is about a subject (a person, an organisation, a pending sign-up: any id) under a key of their own, and
 * destroys that key. All of it is in the vault's own connections: it commits at once, whatever becomes of a caller's
 * transaction.
 */
export interface Vault extends Secrets {
  /**
   * AES-256-GCM under the subject's key, which is made on first use. The column must say `sealedFor` in its annotation: a
   * key that no such column names is destroyed after a day. @throws SubjectShredded
   */
  sealFor(subject: string, place: Place, plain: string): Promise<Buffer>
  /**
   * For what the reader said that it reads for. @throws SealBroken for other bytes, another place or another subject;
   * SubjectShredded when the key is gone; Refusal policy_refused for a purpose that the value does not serve
   */
  openFor(reader: Reader, subject: string, place: Place, sealed: Buffer): Promise<string>
  /**
   * Opens many with one question for the keys, in their order; null where the subject was shredded, or does not let it be
   * used for this. @throws SealBroken; Refusal policy_refused
   */
  openMany(reader: Reader, values: readonly SealedValue[]): Promise<(string | null)[]>
  /** For look-ups and uniqueness of a sealed field: HMAC-SHA-256, hex, its own key for each `use`. */
  blindIndex(use: string, value: string): string
  /**
   * Destroys a subject's key, here and in every process; the subject is never keyed again. Delete the rows first: what
   * was sealed cannot be read afterwards. Safe to repeat. @returns whether there was a key
   */
  shred(subject: string): Promise<boolean>
  isShredded(subject: string): Promise<boolean>
  /** Destroys keys that seal nothing any more; see there. @returns how many */
  dropUnusedKeys(of: { tx: Tx; map: readonly MappedColumn[]; madeBefore: Date }): Promise<number>
  /** @returns how many data keys were wrapped anew; null when a rotation runs already */
  rotateKey(): Promise<number | null>
  isRotating(): Promise<boolean>
  state(): Promise<VaultState>
  /** When a key was last destroyed, or the key-encryption key replaced; null: neither. A backup from before knows less. */
  changedAt(): Promise<Date | null>
  close(): Promise<void>
}

export interface VaultDeps {
  /** Of the vault's own role; see `prepareVault`. */
  readonly databaseUrl: string
  readonly files: KeyFiles
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** The installation kept secrets before it had this vault: what was derived from the master key stays derived so. */
  readonly hasSecrets: boolean
  /** Data keys in memory at once. */
  readonly cachedMax?: number
  /** Told after each step of a rotation. */
  readonly onRotationStep?: (step: RotationStep) => Promise<void>
}

const goOn = async (): Promise<void> => undefined

const version = 2
const cachedKeys = 10_000
const rootSubject = 'installation'

const associated = (subject: string, { table, column, row }: Place): string =>
  JSON.stringify([table, column, row, subject])

/** The key in force. The first is made when the database knows none, never in place of one that is lost. */
const takeKeyInForce = async (deps: VaultDeps, client: PoolClient): Promise<WrappingKey> => {
  const inForce = await findCurrentKeyId(client)
  const { current, next } = deps.files.read()
  if (inForce === null) {
    if (current === null && deps.hasSecrets)
      throw new Error('the master key is gone. Restore it: without it nothing that was sealed can be read')
    const first = current ?? deps.files.makeFirst()
    await makeCurrent(client, first.id, deps.clock.now())
    return first
  }
  const found = [current, next].find((key) => key?.id === inForce.id)
  if (found === undefined || found === null)
    throw new Error(
      `the master key ${inForce.id} is gone or was replaced by hand. Restore it: without it nothing that was sealed can be read`,
    )
  return found
}

/** The root of the installation's own secrets: a data key like others, so that it outlives the keys that wrap it. */
const takeRoot = async (deps: VaultDeps, client: PoolClient, ring: KeyRing): Promise<Buffer> => {
  const [stored] = await findKeys(client, [rootSubject])
  if (stored !== undefined) return ring.unwrap(stored)
  const root = deps.hasSecrets ? ring.current().master : randomBytes(32)
  const given = { ...wrapKey(ring.current(), rootSubject, root), subjectHash: rootSubject, now: deps.clock.now() }
  const kept = await keepKey(client, given)
  if (kept.outcome !== 'key') throw new Error('the root key of the installation could not be kept')
  return ring.unwrap({ subject: rootSubject, ...kept })
}

const startLock = 4_157_042 // any constant: one first start at a time on one database

const openRoot = async (deps: VaultDeps, pool: Pool, ring: KeyRing): Promise<Buffer> => {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [startLock])
    const inForce = await takeKeyInForce(deps, client)
    ring.reload(inForce.id)
    return await takeRoot(deps, client, ring)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [startLock]).catch(() => undefined)
    client.release()
  }
}

const readState = async (pool: Pool): Promise<VaultState> => {
  const current = await findCurrentKeyId(pool)
  if (current === null) throw new Error('the vault has no key in force')
  const left = await countKeysNotUnder(pool, current.id)
  const { dataKeys, shredded } = await countKeys(pool)
  return { keyId: current.id, since: current.since, dataKeys, shredded, rotation: left === 0 ? null : { left } }
}

/**
 * Opens the vault on its own database connections; makes its tables and first key where there are none.
 * @throws if the master key that the database was sealed with is not there
 */
export const openVault = async (deps: VaultDeps): Promise<Vault> => {
  const { databaseUrl, files, clock, log } = deps
  const pool = new Pool({ connectionString: databaseUrl, max: 4, connectionTimeoutMillis: 5000, keepAlive: true })
  const closePool = closerOf(pool)
  pool.on('error', () => undefined)
  const ring = createKeyRing(files)
  const word = listenTo({ connectionString: databaseUrl }, 'vault_shredded', log)
  try {
    await prepareVault(pool)
    const secrets = createSecrets(await openRoot(deps, pool, ring))
    const hashSubject = (subject: string) => secrets.keyedHash('shredded-subject', subject)
    const isHearing = word.isHearing
    const cachedMax = deps.cachedMax ?? cachedKeys
    const keys = createSubjectKeys({ pool, ring, clock, hashSubject, isHearing, cachedMax })
    word.onChange(keys.forget)
    await word.start()
    const open = (key: KeyObject, { subject, place, sealed }: SealedValue): string =>
      decrypt(version, key, associated(subject, place), sealed).toString('utf8')
    const openAdmitted = async (reader: Reader, values: readonly SealedValue[]) => {
      const admitted = values.length === 0 ? [] : await reader.reading.admitCells(reader, values)
      const found = await keys.keysOf(values.flatMap(({ subject }, i) => (admitted[i] === true ? [subject] : [])))
      return values.map((value, i) => {
        const key = admitted[i] === true ? found.get(value.subject) : undefined
        return { isAdmitted: admitted[i] === true, plain: key === undefined ? null : open(key, value) }
      })
    }
    return {
      ...secrets,
      sealFor: async (subject, place, plain) =>
        encrypt(version, await keys.keyFor(subject), associated(subject, place), Buffer.from(plain)),
      openFor: async (reader, subject, place, sealed) => {
        const [one] = await openAdmitted(reader, [{ subject, place, sealed }])
        if (one?.isAdmitted === false)
          throw new Refusal('policy_refused', 'The person does not let this data of theirs be used for this.')
        if (one?.plain == null) throw new SubjectShredded('the key of this subject is gone')
        return one.plain
      },
      openMany: async (reader, values) => (await openAdmitted(reader, values)).map(({ plain }) => plain),
      blindIndex: (use, value) => secrets.keyedHash(`index:${use}`, value),
      shred: (subject) => {
        if (subject === rootSubject) throw new Error('the installation itself cannot be shredded')
        return keys.shred(subject)
      },
      isShredded: keys.isShredded,
      dropUnusedKeys: (of) => dropUnusedKeys(pool, of, [rootSubject]),
      rotateKey: () => rotateKey({ pool, files, ring, clock, onStep: deps.onRotationStep ?? goOn }),
      isRotating: () => isRotating({ pool, files }),
      state: () => readState(pool),
      changedAt: () => findLastChange(pool),
      close: async () => {
        await word.close()
        await closePool()
      },
    }
  } catch (error) {
    await word.close()
    await closePool()
    throw error
  }
}
