import { crc32 } from 'node:zlib'

/**
 * What a segment file held. `tornBytes`: an unfinished last batch (a crash), whose writers were never told that it was
 * kept. `damaged`: batches in the middle whose checksum is wrong.
 */
export interface SegmentContents {
  /** The records batch by batch, each with a newline behind it. Made anew each time, so that a large segment stays bytes. */
  texts(): Iterable<string>
  readonly tornBytes: number
  readonly damaged: number
}

const newline = 0x0a
const mark = 0x23 // '#'
/** `#CCCCCCCC LLLLLLLL` and a newline: CRC-32 and length of the lines behind it, in hex. */
const headBytes = 19

/**
 * The records of one commit as bytes: a head with checksum and length, then a line a record. `lines` ends with a
 * newline; no record begins with '#'.
 */
export function encodeBatch(lines: string): Buffer {
  const length = Buffer.byteLength(lines)
  const bytes = Buffer.allocUnsafe(headBytes + length)
  bytes.write(lines, headBytes, 'utf8')
  bytes.write(`#${hexOf(crc32(bytes.subarray(headBytes)))} ${hexOf(length)}\n`, 0, 'latin1')
  return bytes
}

/** All records, oldest first. */
export function recordsOf(contents: SegmentContents): string[] {
  return [...contents.texts()].flatMap((text) => text.slice(0, -1).split('\n'))
}

/** Reads a segment up to its end or the zeros that it was made of. Damage never hides the batches behind it. */
export function decodeSegment(bytes: Buffer): SegmentContents {
  /** Starts and ends in turn. */
  const bounds: number[] = []
  let damaged = 0
  let tornBytes = 0
  let at = 0
  while (at < bytes.length && bytes[at] !== 0) {
    const end = endOfBatch(bytes, at)
    if (end !== -1) {
      bounds.push(at + headBytes, end)
      at = end
      continue
    }
    const next = nextBatch(bytes, at + 1)
    if (next === -1) {
      tornBytes = lengthToZeros(bytes, at)
      break
    }
    damaged++
    at = next
  }
  return { texts: () => textsOf(bytes, bounds), tornBytes, damaged }
}

function* textsOf(bytes: Buffer, bounds: readonly number[]): Generator<string> {
  for (let n = 0; n < bounds.length; n += 2) yield bytes.toString('utf8', bounds[n], bounds[n + 1])
}

/** Just behind the batch that begins at `at`; -1 when there is none that is whole and undamaged. */
function endOfBatch(bytes: Buffer, at: number): number {
  if (bytes[at] !== mark || at + headBytes > bytes.length) return -1
  const head = /^#([0-9a-f]{8}) ([0-9a-f]{8})\n$/.exec(bytes.toString('latin1', at, at + headBytes))
  if (head === null) return -1
  const start = at + headBytes
  const end = start + Number.parseInt(head[2] ?? '', 16)
  if (end > bytes.length || end === start || bytes[end - 1] !== newline) return -1
  return crc32(bytes.subarray(start, end)) === Number.parseInt(head[1] ?? '', 16) ? end : -1
}

function nextBatch(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (endOfBatch(bytes, at) !== -1) return at
  }
  return -1
}

function lengthToZeros(bytes: Buffer, from: number): number {
  let end = bytes.length
  while (end > from && bytes[end - 1] === 0) end--
  return end - from
}

function hexOf(value: number): string {
  return value.toString(16).padStart(8, '0')
}
