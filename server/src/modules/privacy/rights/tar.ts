import { gzipSync } from 'node:zlib'

const blockBytes = 512

export interface ArchiveFile {
  /** At most 100 bytes. */
  readonly name: string
  readonly content: Buffer
}

/** One header of POSIX ustar: fields of fixed width, numbers in octal, and a sum of its own bytes. */
const header = (file: ArchiveFile, at: Date): Buffer => {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`
  block.write(file.name, 0, 100, 'utf8')
  block.write(octal(0o600, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(file.content.length, 12), 124)
  block.write(octal(Math.floor(at.getTime() / 1000), 12), 136)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)])

/** A tar.gz of files in memory, readable by any tar. */
export const makeArchive = (files: readonly ArchiveFile[], at: Date): Buffer =>
  gzipSync(
    Buffer.concat([...files.flatMap((file) => [header(file, at), padded(file.content)]), Buffer.alloc(2 * blockBytes)]),
  )
