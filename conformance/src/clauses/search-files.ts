import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** What a file holds; nothing if it went meanwhile, as temporary tables do. */
const read = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** Files below a folder that hold a text: as it is, or as the hex or base64 of it. @returns `text: file` lines, and how many files were read */
export const searchFiles = (
  folder: string,
  texts: readonly string[],
): { readonly found: ReadonlyMap<string, readonly string[]>; readonly files: number } => {
  const all = files(folder)
  const found = new Map<string, string[]>()
  for (const file of all) {
    const bytes = read(file)
    for (const text of texts) {
      const forms = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').slice(0, -4)]
      if (!forms.some((form) => bytes.includes(form))) continue
      found.set(text, [...(found.get(text) ?? []), file.slice(folder.length + 1)])
    }
  }
  return { found, files: all.length }
}
