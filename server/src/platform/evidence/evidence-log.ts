import { and, asc, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { type Database, evidenceCheckpoint, evidenceLeaf, evidenceTile, type Tx } from '../db/index.ts'
import { describeError, type Log } from '../log/index.ts'
import { appendLeaves, hashBytes, inclusionProof, leafHash, type ReadTile, tileWidth, treeRoot } from './merkle-tree.ts'
import { checkpointText, createNoteSigner } from './signed-note.ts'

/** The append-only log of decisions, which outsiders can check (C2SP tlog-tiles over RFC 6962). */
export interface EvidenceLog {
  /** What a verifier needs to know of us: `name+hash+key`. */
  readonly verifierKey: string
  /** Takes the waiting decisions into the tree and signs its new head. @returns how many were taken */
  integrate(): Promise<number>
  /** The newest signed head; undefined before the first. */
  checkpoint(): Promise<string | undefined>
  /** The first `width` hashes of a tile; undefined when there are not as many. */
  tile(level: number, index: number, width: number): Promise<Buffer | undefined>
  /** The first `width` leaves of a bundle, each behind its length (16 bits); undefined when some are not there. */
  entries(index: number, width: number): Promise<Buffer | undefined>
  /** A file that proves offline that a decision is in the log (C2SP tlog-proof); undefined when it is not there. */
  proof(index: number): Promise<string | undefined>
  /** Where a decision stands in the log; undefined while it waits, or when it is not there. */
  indexOf(sequence: bigint): Promise<number | undefined>
  /** Integrates every few seconds from now on. */
  start(): void
  /** Integrates a last time and ends. */
  stop(): Promise<void>
}

const batchLeaves = 5000
const integrateEveryMs = 3000
const lockId = 4_157_022

type Leaf = typeof evidenceLeaf.$inferSelect

/** A leaf's bytes: JSON with a fixed order of fields; a commitment only where there is one. */
export const encodeLeaf = (
  leaf: Pick<Leaf, 'at' | 'gate' | 'decision' | 'rule' | 'counted'> & { commitment?: string | null },
): Buffer =>
  Buffer.from(
    JSON.stringify({
      at: leaf.at.toISOString(),
      gate: leaf.gate,
      decision: leaf.decision,
      rule: leaf.rule,
      counted: leaf.counted,
      ...(leaf.commitment == null ? {} : { commitment: leaf.commitment }),
    }),
  )

const findTile = async (tx: Tx, level: number, index: number): Promise<Buffer> => {
  const [found] = await tx
    .select({ hashes: evidenceTile.hashes })
    .from(evidenceTile)
    .where(and(eq(evidenceTile.level, level), eq(evidenceTile.index, index)))
  return found?.hashes ?? Buffer.alloc(0)
}

/** Reads each tile once: a proof asks for the same few again and again. Make a new one after writing. */
const readTile = (tx: Tx): ReadTile => {
  const known = new Map<string, Promise<Buffer>>()
  return (level, index) => {
    const key = `${level}/${index}`
    const hashes = known.get(key) ?? findTile(tx, level, index)
    known.set(key, hashes)
    return hashes
  }
}

const newest = async (tx: Tx) => {
  const [head] = await tx.select().from(evidenceCheckpoint).orderBy(desc(evidenceCheckpoint.size)).limit(1)
  return head
}

const place = async (tx: Tx, leaves: readonly Leaf[], first: number): Promise<void> => {
  const sequences = leaves.map((leaf) => String(leaf.sequence))
  await tx.execute(
    sql`update evidence_leaf l set tree_index = p.n + ${first - 1} from unnest(${`{${sequences.join(',')}}`}::bigint[]) with ordinality as p(sequence, n) where l.sequence = p.sequence`,
  )
}

/** Runs work every few seconds, never twice at once; a failure is logged and tried again. */
const repeatQuietly = (work: () => Promise<unknown>, log: Log): Pick<EvidenceLog, 'start' | 'stop'> => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const run = (): Promise<void> => {
    running ??= work()
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ event: 'evidence-waits', ...describeError(error) }, 'decisions wait'))
      .finally(() => {
        running = undefined
      })
    return running
  }
  return {
    start: () => {
      timer = setInterval(() => void run(), integrateEveryMs)
      timer.unref()
    },
    stop: () => {
      clearInterval(timer)
      return run()
    },
  }
}

const findIndex = async (tx: Tx, sequence: bigint): Promise<number | undefined> => {
  const [leaf] = await tx
    .select({ index: evidenceLeaf.treeIndex })
    .from(evidenceLeaf)
    .where(eq(evidenceLeaf.sequence, sequence))
  return leaf?.index ?? undefined
}

/** @param seed 32 bytes of the signing key; @param name of the log, its origin */
export const createEvidenceLog = (deps: {
  database: Database
  clock: Clock
  log: Log
  seed: Buffer
  name: string
}): EvidenceLog => {
  const { database, clock, log, name } = deps
  const signer = createNoteSigner(name, deps.seed)

  const integrateBatch = (): Promise<number> =>
    database.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${lockId})`)
      const size = (await newest(tx))?.size ?? 0
      const leaves = await tx
        .select()
        .from(evidenceLeaf)
        .where(isNull(evidenceLeaf.treeIndex))
        .orderBy(asc(evidenceLeaf.sequence))
        .limit(batchLeaves)
      if (leaves.length === 0) return 0
      const hashes = leaves.map((leaf) => leafHash(encodeLeaf(leaf)))
      for (const tile of await appendLeaves(readTile(tx), size, hashes)) {
        const value = { level: tile.level, index: tile.index, hashes: tile.hashes }
        await tx
          .insert(evidenceTile)
          .values(value)
          .onConflictDoUpdate({ target: [evidenceTile.level, evidenceTile.index], set: { hashes: tile.hashes } })
      }
      await place(tx, leaves, size)
      const grown = size + leaves.length
      const root = await treeRoot(readTile(tx), grown)
      const note = signer.sign(checkpointText(name, grown, root))
      await tx.insert(evidenceCheckpoint).values({ size: grown, note, at: clock.now() })
      return leaves.length
    })

  const integrate = async (): Promise<number> => {
    let total = 0
    for (let taken = batchLeaves; taken === batchLeaves; total += taken) taken = await integrateBatch()
    return total
  }

  const repeated = repeatQuietly(integrate, log)

  return {
    verifierKey: signer.verifierKey,
    integrate,
    checkpoint: async () => (await newest(database.direct))?.note,
    tile: async (level, index, width) => {
      const hashes = await findTile(database.direct, level, index)
      return hashes.length < width * hashBytes ? undefined : hashes.subarray(0, width * hashBytes)
    },
    entries: async (index, width) => {
      const first = index * tileWidth
      const leaves = await database.direct
        .select()
        .from(evidenceLeaf)
        .where(and(gte(evidenceLeaf.treeIndex, first), lt(evidenceLeaf.treeIndex, first + width)))
        .orderBy(asc(evidenceLeaf.treeIndex))
      return leaves.length < width ? undefined : Buffer.concat(leaves.map((leaf) => withLength(encodeLeaf(leaf))))
    },
    proof: (index) =>
      database.transaction(async (tx) => {
        const head = await newest(tx)
        const [leaf] = await tx.select().from(evidenceLeaf).where(eq(evidenceLeaf.treeIndex, index))
        if (head === undefined || leaf === undefined) return undefined
        const hashes = await inclusionProof(readTile(tx), index, head.size)
        const lines = ['c2sp.org/tlog-proof@v1', `extra ${encodeLeaf(leaf).toString('base64')}`, `index ${index}`]
        return [...lines, ...hashes.map((hash) => hash.toString('base64')), '', head.note].join('\n')
      }),
    indexOf: (sequence) => findIndex(database.direct, sequence),
    start: repeated.start,
    stop: repeated.stop,
  }
}

const withLength = (data: Buffer): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(data.length)
  return Buffer.concat([length, data])
}
