import { gzipSync } from 'node:zlib'
import type { ExportFile } from './tables.ts'
import { archiveEnd, fileHeader, filePadding } from './tar.ts'

/** In how many parts a copy is kept. Number 0 is its manifest; the files follow. */
export const partsOf = (files: readonly ExportFile[]): number => 1 + files.reduce((sum, { parts }) => sum + parts, 0)

export const fileNameOf = (table: string): string => `data/${table}.jsonl`

/** The file that a part belongs to, and whether it is the file's first or last. */
const placeOf = (files: readonly ExportFile[], part: number, text: string) => {
  if (part === 0) return { name: 'manifest.json', bytes: Buffer.byteLength(text), isFirst: true, isLast: true }
  let first = 1
  for (const { table, bytes, parts } of files) {
    if (part < first + parts)
      return { name: fileNameOf(table), bytes, isFirst: part === first, isLast: part === first + parts - 1 }
    first += parts
  }
  throw new Error('a copy has no such part')
}

/**
 * A part as it is handed out: a piece of the tar, compressed for itself. Such pieces, one after the other, are one tar.gz
 * (RFC 1952, section 2.2).
 */
export const packPart = (
  { files, begunAt }: { readonly files: readonly ExportFile[]; readonly begunAt: Date },
  part: number,
  text: string,
): Buffer => {
  const { name, bytes, isFirst, isLast } = placeOf(files, part, text)
  return gzipSync(
    Buffer.concat([
      ...(isFirst ? [fileHeader(name, bytes, begunAt)] : []),
      Buffer.from(text),
      ...(isLast ? [filePadding(bytes)] : []),
      ...(part === partsOf(files) - 1 ? [archiveEnd()] : []),
    ]),
  )
}
