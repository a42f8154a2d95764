import { gzipSync } from 'node:zlib'

const blockBytes = 512

export interface ArchiveFile {
  /** At most 100 bytes. */
  readonly name: string
  readonly content: Buffer
}

const octalSizeMax = 8 ** 11

/** One header of POSIX ustar: fields of fixed width, numbers in octal (a large size as GNU tar has it), and a sum of its own bytes. */
export const fileHeader = (name: string, bytes: number, at: Date): Buffer => {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`
  block.write(name, 0, 100, 'utf8')
  block.write(octal(0o600, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  if (bytes < octalSizeMax) block.write(octal(bytes, 12), 124)
  else {
    block.writeUInt8(0x80, 124)
    block.writeBigUInt64BE(BigInt(bytes), 128)
  }
  block.write(octal(Math.floor(at.getTime() / 1000), 12), 136)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** What follows a file of so many bytes. */
export const filePadding = (bytes: number): Buffer => Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes)

/** What follows the last file. */
export const archiveEnd = (): Buffer => Buffer.alloc(2 * blockBytes)

/** A tar.gz of files in memory, readable by any tar. */
export const makeArchive = (files: readonly ArchiveFile[], at: Date): Buffer => {
  const blocks = files.flatMap(({ name, content }) => [
    fileHeader(name, content.length, at),
    content,
    filePadding(content.length),
  ])
  return gzipSync(Buffer.concat([...blocks, archiveEnd()]))
}
