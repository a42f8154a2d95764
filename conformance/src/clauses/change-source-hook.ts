/**
 * Loaded before the server by `node --import`: changes pieces of its source while it is read, so that a server runs which
 * breaks a promise, or lives in another time. The plan is a JSON file, `SOURCE_CHANGES`: a list of {file, find, replace}, files from the checkout's root.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { SourceChange } from './change-source.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const changes = JSON.parse(readFileSync(process.env.SOURCE_CHANGES ?? '', 'utf8')) as SourceChange[]

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    if (!url.startsWith('file:') || loaded.source === undefined || loaded.source === null) return loaded
    const wanted = changes.filter((change) => root + change.file === fileURLToPath(url))
    if (wanted.length === 0) return loaded
    let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
    for (const { file, find, replace } of wanted) {
      if (!source.includes(find)) throw new Error(`${file} has no piece of source that reads: ${find}`)
      source = source.replace(find, () => replace)
    }
    return { ...loaded, source }
  },
})
