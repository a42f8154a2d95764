import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { type PlantedRepository, plantRepository } from './planted-repository.ts'

const tools = path.resolve(import.meta.dirname, '..')
const ownManifest: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(path.join(tools, '../package.json'), 'utf8'),
)

/**
 * A checkout with this repository's own set-up and start, whose packages are installed already.
 * @param files path relative to the root -> content; replaces what is planted by default
 */
export function plantCheckout(files: Record<string, string> = {}): PlantedRepository {
  const lock = JSON.stringify({ packages: {} })
  const repository = plantRepository({
    'package.json': JSON.stringify({
      workspaces: ['console', 'site'],
      dependencies: { node: process.versions.node },
      scripts: ownManifest.scripts,
    }),
    'package-lock.json': lock,
    'node_modules/.package-lock.json': lock,
    'console/package.json': '{}',
    'site/package.json': '{}',
    'server/package.json': '{"type":"module"}',
    ...files,
  })
  const planted = path.join(repository.root, 'tools')
  cpSync(path.join(tools, 'setup'), path.join(planted, 'setup'), { recursive: true })
  for (const file of ['setup.mjs', 'start.mjs']) cpSync(path.join(tools, file), path.join(planted, file))
  // What the start takes from the server.
  const flags = 'server/src/start/node-flags.mjs'
  cpSync(path.join(tools, '..', flags), path.join(repository.root, flags))
  mkdirSync(path.join(repository.root, 'node_modules/.bin'))
  symlinkSync(process.execPath, path.join(repository.root, 'node_modules/.bin/node'))
  return repository
}
