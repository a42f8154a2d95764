import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FileSearch {
  /** Which of the wanted texts were found, and where first. */
  readonly found: ReadonlyMap<string, string>
  readonly files: number
  /** Whether there was more to read than may be read. */
  readonly isPartial: boolean
}

const bytesMax = 4 * 1024 ** 3

/** Files below a folder that were written since; one that vanishes meanwhile is left out. */
const changedFiles = async (folder: string, sinceMs: number): Promise<{ path: string; bytes: number }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const facts = await Promise.all(
    files.map((path) =>
      stat(path)
        .then((of) => [{ path, of }])
        .catch(() => []),
    ),
  )
  return facts.flat().flatMap(({ path, of }) => (of.mtimeMs >= sinceMs ? [{ path, bytes: of.size }] : []))
}

/** Reads a file in pieces that overlap by the longest text. */
const searchFile = async (path: string, wanted: ReadonlyMap<string, Buffer>, tell: (text: string) => void) => {
  const overlap = Math.max(...[...wanted.values()].map((bytes) => bytes.length))
  let before = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const piece = Buffer.concat([before, chunk as Buffer])
    for (const [text, bytes] of wanted) if (piece.includes(bytes)) tell(text)
    before = piece.subarray(-overlap)
  }
}

/** Looks for texts in the bytes of every file below the folders that was written since an instant (ms since 1970). */
export const searchFiles = async (
  folders: readonly string[],
  sinceMs: number,
  texts: readonly string[],
): Promise<FileSearch> => {
  const wanted = new Map(texts.map((text) => [text, Buffer.from(text)]))
  const found = new Map<string, string>()
  let [files, bytesRead, isPartial] = [0, 0, false]
  for (const folder of folders) {
    for (const { path, bytes } of await changedFiles(folder, sinceMs)) {
      if (bytesRead + bytes > bytesMax) {
        isPartial = true
        continue
      }
      const tell = (text: string) => {
        if (!found.has(text)) found.set(text, path.slice(folder.length + 1))
      }
      // A file that the database removes meanwhile holds nothing any more.
      await searchFile(path, wanted, tell).catch(() => undefined)
      files++
      bytesRead += bytes
    }
  }
  return { found, files, isPartial }
}
