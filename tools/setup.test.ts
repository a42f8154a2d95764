import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { plantCheckout } from './testing/planted-checkout.ts'

const runFile = promisify(execFile)
const building = JSON.stringify({
  name: 'console',
  version: '1.0.0',
  scripts: { build: 'mkdir -p dist && echo page > dist/index.html && echo once >> ../builds.txt' },
})
const failing = JSON.stringify({ name: 'site', version: '1.0.0', scripts: { build: 'echo reason; exit 3' } })

/** Runs the set-up of a planted checkout; what it told and how it ended. */
async function setUp(root: string): Promise<{ code: number; told: string }> {
  try {
    const { stderr } = await runFile(process.execPath, ['tools/setup.mjs'], { cwd: root })
    return { code: 0, told: stderr }
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, told: stderr }
  }
}

const builds = (root: string): number => readFileSync(path.join(root, 'builds.txt'), 'utf8').split('once').length - 1

describe('the set-up', () => {
  test('says and does nothing the second time', async () => {
    using checkout = plantCheckout({ 'console/package.json': building })
    expect((await setUp(checkout.root)).code).toBe(0)
    expect(await setUp(checkout.root)).toEqual({ code: 0, told: '' })
    expect(builds(checkout.root)).toBe(1)
  })

  test('builds again when a source changes, and when the result is gone', async () => {
    using checkout = plantCheckout({ 'console/package.json': building, 'console/src/main.tsx': 'one' })
    await setUp(checkout.root)
    writeFileSync(path.join(checkout.root, 'console/src/main.tsx'), 'two')
    await setUp(checkout.root)
    expect(builds(checkout.root)).toBe(2)
    rmSync(path.join(checkout.root, 'console/dist'), { recursive: true })
    await setUp(checkout.root)
    expect(builds(checkout.root)).toBe(3)
  })

  test('goes on after a part that fails, shows its output, and tries it again next time', async () => {
    using checkout = plantCheckout({
      'engine/install.mjs': 'console.error("no network"); process.exit(1)',
      'console/package.json': building,
      'site/package.json': failing,
    })
    const first = await setUp(checkout.root)
    expect(first.code).toBe(1)
    expect(first.told).toContain('no network')
    expect(first.told).toContain('local models cannot run')
    expect(first.told).toContain('reason')
    expect(existsSync(path.join(checkout.root, 'console/dist/index.html'))).toBe(true)
    expect((await setUp(checkout.root)).told).toContain('installing the embedded inference engine')
  })

  test('runs once when two are started at the same time', async () => {
    using checkout = plantCheckout({ 'console/package.json': building })
    const both = await Promise.all([setUp(checkout.root), setUp(checkout.root)])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(builds(checkout.root)).toBe(1)
  })

  test('refuses a system program that it does not know', async () => {
    using checkout = plantCheckout()
    const asking = runFile(process.execPath, ['tools/setup.mjs', '--with', 'emacs'], { cwd: checkout.root })
    await expect(asking).rejects.toThrow('known are chromium, docker, nginx')
  })
})
