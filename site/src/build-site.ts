/** Writes the pages and builds the site beside the one that is there, so that what is served never has a gap. */
import { renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'vitepress'
import { root } from './checkout.ts'
import './write-pages.ts'

const site = path.join(root, 'site')
const built = path.join(site, '.vitepress/dist')
const next = path.join(site, '.cache/dist-next')
const last = path.join(site, '.cache/dist-last')

rmSync(next, { recursive: true, force: true })
await build(site, { outDir: next })
rmSync(last, { recursive: true, force: true })
try {
  renameSync(built, last)
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
renameSync(next, built)
rmSync(last, { recursive: true, force: true })
