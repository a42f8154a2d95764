import { createHash } from 'node:crypto'

/**
 * An append-only Merkle tree (RFC 6962, section 2.1) kept as tiles of height 8 (C2SP tlog-tiles): tile (level, index)
 * holds up to 256 hashes, each the root of a complete subtree of 256^level leaves. Nothing is ever rebuilt.
 */
export const tileWidth = 256
export const hashBytes = 32

/** Reads the hashes of a tile, as many as there are, 32 bytes each. */
export type ReadTile = (level: number, index: number) => Promise<Buffer>

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const leafMark = Buffer.from([0])
const nodeMark = Buffer.from([1])

/** Hash of a leaf: SHA-256(0x00 || data). */
export const leafHash = (data: Uint8Array): Buffer => sha256(leafMark, data)

/** Hash of a node: SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodeMark, left, right)

export const emptyRoot = sha256()

export interface ChangedTile {
  readonly level: number
  readonly index: number
  readonly hashes: Buffer
}

/** Hashes pairs until one is left; the number of hashes is a power of two. */
const fold = (hashes: readonly Buffer[]): Buffer => {
  let row = hashes
  while (row.length > 1) {
    const next: Buffer[] = []
    for (let i = 0; i + 1 < row.length; i += 2) next.push(nodeHash(row[i] as Buffer, row[i + 1] as Buffer))
    row = next
  }
  return row[0] ?? emptyRoot
}

const split = (tile: Buffer, from: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => tile.subarray((from + i) * hashBytes, (from + i + 1) * hashBytes))

/**
 * Appends leaf hashes to a tree of `size` leaves.
 * @returns the tiles that changed, whole, to be stored in place of the ones before
 */
export const appendLeaves = async (read: ReadTile, size: number, leaves: readonly Buffer[]): Promise<ChangedTile[]> => {
  const changed: ChangedTile[] = []
  let hashes = [...leaves]
  let count = size
  for (let level = 0; hashes.length > 0; level++) {
    const above: Buffer[] = []
    let index = Math.floor(count / tileWidth)
    const partial = count % tileWidth
    let tile = partial === 0 ? Buffer.alloc(0) : (await read(level, index)).subarray(0, partial * hashBytes)
    for (let at = 0; at < hashes.length; ) {
      const room = tileWidth - tile.length / hashBytes
      const taken = hashes.slice(at, at + room)
      tile = Buffer.concat([tile, ...taken])
      at += taken.length
      changed.push({ level, index, hashes: tile })
      if (tile.length === tileWidth * hashBytes) {
        above.push(fold(split(tile, 0, tileWidth)))
        tile = Buffer.alloc(0)
        index++
      }
    }
    count = Math.floor(count / tileWidth)
    hashes = above
  }
  return changed
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))

/** The largest power of two below n, for n > 1. */
const splitPoint = (n: number): number => {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Hash of the leaves [from, to), as RFC 6962 splits them. */
const rangeHash = async (read: ReadTile, from: number, to: number): Promise<Buffer> => {
  const n = to - from
  if (n === 0) return emptyRoot
  if (isPowerOfTwo(n) && from % n === 0) {
    const height = Math.log2(n)
    const level = Math.floor(height / 8)
    const perHash = tileWidth ** level
    const first = from / perHash
    const tile = await read(level, Math.floor(first / tileWidth))
    return fold(split(tile, first % tileWidth, n / perHash))
  }
  const k = splitPoint(n)
  return nodeHash(await rangeHash(read, from, from + k), await rangeHash(read, from + k, to))
}

/** Root of the first `size` leaves. */
export const treeRoot = (read: ReadTile, size: number): Promise<Buffer> => rangeHash(read, 0, size)

/** Proof that leaf `index` is in the tree of `size` leaves, lowest sibling first (RFC 6962, section 2.1.1). */
export const inclusionProof = async (read: ReadTile, index: number, size: number): Promise<Buffer[]> => {
  if (index < 0 || index >= size) throw new RangeError(`leaf ${index} is not among ${size}`)
  const path: Buffer[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitPoint(to - from)
    if (index < middle) {
      path.push(await rangeHash(read, middle, to))
      to = middle
    } else {
      path.push(await rangeHash(read, from, middle))
      from = middle
    }
  }
  return path.reverse()
}

/** Proof that the tree of `before` leaves is a beginning of that of `size` leaves (RFC 6962, section 2.1.2). */
export const consistencyProof = async (read: ReadTile, before: number, size: number): Promise<Buffer[]> => {
  if (before < 0 || before > size) throw new RangeError(`${before} leaves are more than ${size}`)
  if (before === 0 || before === size) return []
  const path: Buffer[] = []
  let [from, to] = [0, size]
  let isWhole = true
  while (before !== to) {
    const middle = from + splitPoint(to - from)
    if (before <= middle) {
      path.push(await rangeHash(read, middle, to))
      to = middle
    } else {
      path.push(await rangeHash(read, from, middle))
      from = middle
      isWhole = false
    }
  }
  if (!isWhole) path.push(await rangeHash(read, from, to))
  return path.reverse()
}
