/** Writes every page where VitePress reads them. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './checkout.ts'
import { makePages } from './make-pages.ts'

const folder = path.join(root, 'site/.cache/pages')
const pages = makePages()
rmSync(folder, { recursive: true, force: true })
for (const page of pages) {
  const file = path.join(folder, page.path)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${page.text.trimEnd()}\n`)
}
cpSync(path.join(root, 'site/public'), path.join(folder, 'public'), { recursive: true })
cpSync(path.join(root, 'console/public/avow.svg'), path.join(folder, 'public/mark.svg'))
