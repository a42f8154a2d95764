import { createWriteStream, existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Head } from './dump-database.ts'
import type { Entry } from './entries.ts'

/** Who owns the folder is known only while its process lives. */
const notKept = new Set(['owner', 'probe'])

/** Reads on although the file is removed meanwhile. */
async function* bytesOf(file: FileHandle): AsyncGenerator<Buffer> {
  for await (const piece of file.createReadStream()) yield piece as Buffer
}

/** Running counts first: a stream that ends meanwhile is then in both, and counted once by its id. */
const inOrder = (a: { name: string }, b: { name: string }): number =>
  Number(b.name === 'progress') - Number(a.name === 'progress') || (a.name < b.name ? -1 : 1)

/**
 * The files of some folders below the data folder. A file that vanishes before it is opened was carried to the database
 * by then, whose snapshot is taken later.
 */
export async function* folderEntries(dataDir: string, folders: readonly string[]): AsyncGenerator<Entry<Head>> {
  for (const folder of folders) {
    if (!existsSync(join(dataDir, folder))) continue
    const found = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true })
    const files = found.filter((one) => one.isFile() && !notKept.has(one.name) && !one.name.endsWith('.new'))
    for (const { parentPath, name } of files.sort(inOrder)) {
      const path = join(parentPath, name)
      const file = await open(path).catch(() => null)
      if (file !== null) yield { head: { type: 'file', name: path.slice(dataDir.length + 1) }, body: bytesOf(file) }
    }
  }
}

/** Puts a file of a backup below a folder, on disk when it returns. @param name as `folderEntries` gave it */
export const restoreFile = async (dataDir: string, name: string, body: AsyncIterable<Buffer>): Promise<void> => {
  const path = join(dataDir, name)
  if (!path.startsWith(`${dataDir}/`) || name.split('/').includes('..'))
    throw new Error(`a backup names the file ${name}`)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(Readable.from(body), createWriteStream(path, { mode: 0o600, flush: true }))
}
