import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './src/checkout.ts'

const built = mkdtempSync(path.join(tmpdir(), 'avow-site-'))
const pages = new Map<string, string>()

beforeAll(() => {
  const site = path.join(root, 'site')
  const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: site, stdio: 'pipe' })
  node('src/write-pages.ts')
  node(path.join(root, 'node_modules/vitepress/bin/vitepress.js'), 'build', '--outDir', built)
  for (const file of readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html')))
    pages.set(file, readFileSync(path.join(built, file), 'utf8'))
}, 180_000)
afterAll(() => rmSync(built, { recursive: true }))

/** The file that the server gives for an address below /docs/. */
const fileFor = (address: string): string | undefined =>
  [address, `${address}.html`, path.join(address, 'index.html')].find(
    (file) => file !== '' && pages.has(path.normalize(file)),
  )

test('every link between pages leads to a page and to a place on it', () => {
  let looked = 0
  for (const [file, html] of pages) {
    for (const [, href = ''] of html.matchAll(/<a [^>]*href="(\/docs\/[^"]*|#[^"]*)"/g)) {
      const [address = '', anchor] = href.replace('/docs/', '').split('#')
      const target = href.startsWith('#') ? file : fileFor(address === '' ? 'index.html' : address)
      expect(target, `${file} links to ${href}`).toBeDefined()
      if (anchor !== undefined && anchor !== '')
        expect(pages.get(target ?? ''), `${file} links to ${href}`).toContain(`id="${decodeURIComponent(anchor)}"`)
      looked++
    }
  }
  expect(looked).toBeGreaterThan(1000)
})

test('pages load nothing from elsewhere, and first of all the guard of what browsers keep', () => {
  for (const [file, html] of pages) {
    const early = [...html.matchAll(/<script\b(?![^>]*type="module")[^>]*>/g)].map(([tag]) => tag)
    expect(early[0], file).toBe('<script src="/browser-guard.js">')
    const loaded = [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="([^"]*)"/g)]
      .map(([, address = '']) => address)
      .filter((address) => address !== '/browser-guard.js')
    expect(loaded.length, file).toBeGreaterThan(0)
    for (const address of loaded) expect(address, file).toMatch(/^(\/docs\/|data:)/)
    for (const [, address = ''] of loaded.map((one) => [one, one.replace('/docs/', '')]))
      expect(address.startsWith('data:') || existsSync(path.join(built, address)), `${file} loads ${address}`).toBe(
        true,
      )
  }
  const styles = readdirSync(path.join(built, 'assets'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.css'),
  )
  expect(styles.length).toBeGreaterThan(0)
  for (const style of styles)
    expect(readFileSync(path.join(built, 'assets', style), 'utf8')).not.toMatch(/(@import|url\()\s*["']?https?:/)
})

test('pages run no inline script, so that the content security policy can refuse all of them', () => {
  for (const [file, html] of pages) {
    const inline = [...html.matchAll(/<script\b([^>]*)>/g)].filter(
      ([, attributes = '']) => !attributes.includes('src='),
    )
    expect(inline, file).toEqual([])
  }
})
