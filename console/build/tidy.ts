import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Removes what an earlier build left, but only after the new files are there: a server that is running never misses
 * a file whose name stays. Needs `emptyOutDir: false`.
 */
export const tidy = (): Plugin => {
  let publicNames: string[] = []
  return {
    name: 'avow-tidy',
    apply: 'build',
    configResolved: ({ publicDir }) => {
      publicNames = readdirSync(publicDir, { recursive: true, encoding: 'utf8' })
    },
    writeBundle({ dir }, bundle) {
      if (dir === undefined) return
      const wanted = new Set([...Object.keys(bundle), ...publicNames])
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
        if (entry.isFile() && !wanted.has(path.slice(dir.length + 1))) rmSync(path)
      }
    },
  }
}
