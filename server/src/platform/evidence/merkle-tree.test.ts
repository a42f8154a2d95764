import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  appendLeaves,
  consistencyProof,
  emptyRoot,
  hashBytes,
  inclusionProof,
  leafHash,
  nodeHash,
  treeRoot,
} from './merkle-tree.ts'

/** The definition of RFC 6962, section 2.1, word for word, on the whole list. */
const definition = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 0) return createHash('sha256').digest()
  if (leaves.length === 1) return leaves[0] as Buffer
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(definition(leaves.slice(0, k)), definition(leaves.slice(k)))
}

const leavesOf = (n: number): Buffer[] => Array.from({ length: n }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)))

const treeOf = async (batches: readonly number[]) => {
  const tiles = new Map<string, Buffer>()
  const read = async (level: number, index: number): Promise<Buffer> =>
    tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)
  const leaves = leavesOf(batches.reduce((sum, n) => sum + n, 0))
  let size = 0
  for (const n of batches) {
    for (const tile of await appendLeaves(read, size, leaves.slice(size, size + n)))
      tiles.set(`${tile.level}/${tile.index}`, tile.hashes)
    size += n
  }
  return { read, leaves, size, tiles }
}

/** RFC 9162, section 2.1.3.2: the verifier's own way up, unlike the prover's way down. */
const rootFromInclusion = (leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer | undefined => {
  let [fn, sn, r] = [index, size - 1, leaf]
  for (const p of proof) {
    if (sn === 0) return undefined
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
    } else r = nodeHash(r, p)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 ? r : undefined
}

const batchSizes = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 6 })

test('the root is that of the definition, however the leaves arrive', async () => {
  await fc.assert(
    fc.asyncProperty(batchSizes, async (batches) => {
      const { read, leaves, size } = await treeOf(batches)
      expect(await treeRoot(read, size)).toEqual(definition(leaves))
    }),
    { numRuns: 25 },
  )
})

test('every earlier root can still be computed from the tiles', async () => {
  const { read, leaves } = await treeOf([1, 255, 1, 300, 90])
  for (const size of [0, 1, 2, 3, 255, 256, 257, 512, 557, 647])
    expect(await treeRoot(read, size)).toEqual(definition(leaves.slice(0, size)))
})

test('a leaf is proven to be in the tree, and no other leaf or index is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (n, seed) => {
      const { read, leaves, size } = await treeOf([n])
      const index = seed % n
      const proof = await inclusionProof(read, index, size)
      const root = definition(leaves)
      expect(rootFromInclusion(leaves[index] as Buffer, index, size, proof)).toEqual(root)
      expect(rootFromInclusion(leafHash(Buffer.from('forged')), index, size, proof)).not.toEqual(root)
    }),
    { numRuns: 25 },
  )
})

test('a consistency proof carries exactly the hashes of the definition', async () => {
  // RFC 6962, section 2.1.3, the example with seven leaves.
  const { read, leaves } = await treeOf([7])
  const [a, b, c, d, e, f, j] = leaves as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
  const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)]
  const [k, l] = [nodeHash(g, h), nodeHash(i, j)]
  expect(await consistencyProof(read, 3, 7)).toEqual([c, d, g, l])
  expect(await consistencyProof(read, 4, 7)).toEqual([l])
  expect(await consistencyProof(read, 6, 7)).toEqual([i, j, k])
})

test('full tiles hold 256 hashes and the level above holds their roots', async () => {
  const { tiles } = await treeOf([256 * 3 + 5])
  expect(tiles.get('0/2')).toHaveLength(256 * hashBytes)
  expect(tiles.get('0/3')).toHaveLength(5 * hashBytes)
  expect(tiles.get('1/0')).toHaveLength(3 * hashBytes)
  expect(tiles.get('2/0')).toBeUndefined()
})

test('an empty tree has the hash of nothing as its root', async () => {
  expect((await treeRoot(async () => Buffer.alloc(0), 0)).equals(emptyRoot)).toBe(true)
})
