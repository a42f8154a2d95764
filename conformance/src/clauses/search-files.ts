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

/** The base64 of a text wherever it begins in what is encoded; its first and last signs depend on what is beside it. */
const base64Forms = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64')
    return encoded.slice(before === 0 ? 0 : 4, -4)
  })

const formsOf = (text: string): string[] => [
  text,
  Buffer.from(text).toString('hex'),
  ...base64Forms(text),
  Buffer.from(text, 'utf16le').toString('latin1'),
]

interface Wanted {
  /** Forms of how its texts begin: where none of these is, none of the texts is. */
  readonly beginnings: readonly string[]
  readonly texts: readonly { readonly text: string; readonly forms: readonly string[] }[]
}

const prefixLength = 6

/** Canaries begin alike: to look for that first makes a search of a whole database many times as fast. */
const byBeginning = (texts: readonly string[]): Wanted[] =>
  [...Map.groupBy(texts, (text) => text.slice(0, prefixLength))].map(([beginning, group]) => ({
    beginnings: formsOf(beginning),
    texts: group.map((text) => ({ text, forms: formsOf(text) })),
  }))

/** Files below a folder that hold a text: as it is, in UTF-16, or as the hex or base64 of it. @returns `text: file` lines, and how many files were read */
export const searchFiles = (
  folder: string,
  texts: readonly string[],
): { readonly found: Map<string, readonly string[]>; readonly files: number } => {
  const all = files(folder)
  const found = new Map<string, string[]>()
  const wanted = byBeginning(texts)
  for (const file of all) {
    const bytes = read(file)
    const holds = (form: string): boolean => bytes.includes(form, 0, 'latin1')
    for (const { text, forms } of wanted.flatMap((one) => (one.beginnings.some(holds) ? one.texts : []))) {
      if (!forms.some(holds)) continue
      found.set(text, [...(found.get(text) ?? []), file.slice(folder.length + 1)])
    }
  }
  return { found, files: all.length }
}
