import { createHash, createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { createLog } from '../log/index.ts'
import { createEvidenceLog, type EvidenceLog } from './evidence-log.ts'
import { leafHash, nodeHash } from './merkle-tree.ts'
import { recordDecision } from './record-decision.ts'

let database: TestDatabase
let log: EvidenceLog
const clock = movableClock(new Date('2026-05-01T10:00:00.123Z'))
const seed = Buffer.alloc(32, 9)

beforeAll(async () => {
  database = await createTestDatabase()
  log = createEvidenceLog({ database, clock, log: createLog('silent'), seed, name: 'test.example/log' })
})
afterAll(() => database.close())

const decide = (n: number) =>
  database.transaction(async (tx) => {
    for (let i = 0; i < n; i++)
      await recordDecision(tx, clock, { gate: 'retention', decision: 'done', rule: 'retain(mail)', counted: i })
  })

const definition = (leaves: readonly Buffer[]): Buffer => {
  const [first] = leaves
  if (leaves.length === 1 && first !== undefined) return first
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(definition(leaves.slice(0, k)), definition(leaves.slice(k)))
}

/** Reads bundles as a stranger would: from the entries alone. */
const leavesOf = async (size: number): Promise<Buffer[]> => {
  const found: Buffer[] = []
  for (let first = 0; first < size; first += 256) {
    const bundle = await log.entries(first / 256, Math.min(256, size - first))
    if (bundle === undefined) throw new Error('a bundle is not there')
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
      found.push(leafHash(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))))
  }
  return found
}

const readNote = (note: string) => {
  const [text = '', signatureLine = ''] = note.split('\n\n').map((part, i) => (i === 0 ? `${part}\n` : part))
  const [origin, size, root] = text.split('\n')
  const raw = Buffer.from(signatureLine.trim().split(' ').at(-1) ?? '', 'base64')
  return { text, origin, size: Number(size), root, keyHash: raw.subarray(0, 4), signature: raw.subarray(4) }
}

const publicKey = () => {
  const typed = Buffer.from(log.verifierKey.split('+').slice(2).join('+'), 'base64')
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]),
    format: 'der',
    type: 'spki',
  })
  return { key, keyHash: createHash('sha256').update('test.example/log\n').update(typed).digest().subarray(0, 4) }
}

test('the signed head commits to exactly the decisions that the entries show, batch after batch', async () => {
  expect(await log.checkpoint()).toBeUndefined()
  let size = 0
  for (const n of [1, 3, 300]) {
    await decide(n)
    expect(await log.integrate()).toBe(n)
    size += n
    const note = readNote((await log.checkpoint()) ?? '')
    expect(note).toMatchObject({ origin: 'test.example/log', size })
    expect(note.root).toBe(definition(await leavesOf(size)).toString('base64'))
    const { key, keyHash } = publicKey()
    expect(note.keyHash).toEqual(keyHash)
    expect(verify(null, Buffer.from(note.text), key, note.signature)).toBe(true)
    expect(verify(null, Buffer.from(note.text.replace(String(size), String(size + 1))), key, note.signature)).toBe(
      false,
    )
  }
  expect(await log.integrate()).toBe(0)
})

test('a changed leaf no longer matches the signed head', async () => {
  const note = readNote((await log.checkpoint()) ?? '')
  await database.pool.query("update evidence_leaf set decision = 'allowed' where tree_index = 17")
  expect(definition(await leavesOf(note.size)).toString('base64')).not.toBe(note.root)
  await database.pool.query("update evidence_leaf set decision = 'done' where tree_index = 17")
  expect(definition(await leavesOf(note.size)).toString('base64')).toBe(note.root)
})

test('two integrations at once take each decision once', async () => {
  await decide(40)
  const taken = await Promise.all([log.integrate(), log.integrate()])
  expect(taken.reduce((a, b) => a + b)).toBe(40)
  const { rows } = await database.pool.query(
    'select count(distinct tree_index)::int n, max(tree_index)::int last from evidence_leaf',
  )
  expect(rows).toEqual([{ n: 344, last: 343 }])
})

test('what is not in the log yet is not served', async () => {
  expect(await log.tile(0, 1, 200)).toBeUndefined()
  expect(await log.tile(0, 1, 88)).toHaveLength(88 * 32)
  expect(await log.entries(1, 200)).toBeUndefined()
})
