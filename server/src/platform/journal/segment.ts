import { crc32 } from 'node:zlib'

/** What a segment file held. `torn`: bytes of an unfinished last line (a crash); `corrupt`: whole lines with a wrong checksum. */
export interface SegmentContents {
  readonly records: string[]
  readonly tornBytes: number
  readonly corruptLines: number
}

const checksumCharacters = 8
const newline = 0x0a

/** One record as a line: CRC-32 (8 hex digits), space, the record, newline. Throws on a record that holds a newline. */
export function encodeRecord(record: string): string {
  if (record.includes('\n')) throw new Error('a journal record must be a single line')
  return `${hexOf(crc32(record))} ${record}\n`
}

/**
 * Reads a segment. A damaged line never hides the lines after it, and no line is returned whose checksum is wrong.
 * An unfinished last line is what a crash leaves behind: its writer was never told that it was kept.
 */
export function decodeSegment(bytes: Buffer): SegmentContents {
  const records: string[] = []
  let corruptLines = 0
  let start = 0
  for (;;) {
    const end = bytes.indexOf(newline, start)
    if (end === -1) break
    const record = decodeLine(bytes.subarray(start, end))
    if (record === null) corruptLines++
    else records.push(record)
    start = end + 1
  }
  return { records, tornBytes: bytes.length - start, corruptLines }
}

function decodeLine(line: Buffer): string | null {
  if (line.length < checksumCharacters + 1 || line[checksumCharacters] !== 0x20) return null
  const body = line.subarray(checksumCharacters + 1)
  if (line.toString('latin1', 0, checksumCharacters) !== hexOf(crc32(body))) return null
  return body.toString('utf8')
}

function hexOf(checksum: number): string {
  return checksum.toString(16).padStart(checksumCharacters, '0')
}
