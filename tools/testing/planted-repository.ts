import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A small repository in a temporary folder, for proving that a check sees what it must see. */
export interface PlantedRepository {
  root: string
  [Symbol.dispose](): void
}

/**
 * @param files path relative to the root -> content
 * @param workspaces rooms to link as node_modules/@avow/ROOM, as npm does
 */
export function plantRepository(files: Record<string, string>, workspaces: string[] = []): PlantedRepository {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'avow-planted-')))
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  if (workspaces.length > 0) mkdirSync(path.join(root, 'node_modules/@avow'), { recursive: true })
  for (const room of workspaces) {
    const manifest = { name: `@avow/${room}`, type: 'module', exports: { '.': './src/index.ts' } }
    writeFileSync(path.join(root, room, 'package.json'), JSON.stringify(manifest))
    symlinkSync(path.join(root, room), path.join(root, 'node_modules/@avow', room))
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
