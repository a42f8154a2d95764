import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newFolder, type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
const folder = newFolder()
const proofFile = join(folder, 'decision.tlog-proof')
const keyFile = join(folder, 'avow.vkey')

/** A sign-up below the minimum age: the age gate records its refusal, and nothing about the person. */
const refuseChild = (): Promise<unknown> =>
  avow.api(null).POST('/api/v1/auth/sign-up', {
    body: { email: 'canary@example.org', password: 'correct horse battery', name: 'Canary', birthDate: '2020-01-01' },
  })

const read = async (path: string): Promise<string> => {
  const response = await fetch(`${avow.url}/evidence/${path}`)
  return response.ok ? response.text() : ''
}

beforeAll(async () => {
  avow = await startAvow()
  await refuseChild()
  await refuseChild()
  while ((await read('checkpoint')) === '') await sleep(500)
}, 120_000)
afterAll(() => avow.stop())

test('a decision is proven offline from a file and a key, and says nothing about the person', async () => {
  writeFileSync(keyFile, await read('key'))
  expect(await avow.cli(['evidence', 'proof', '0', '--out', proofFile])).toMatchObject({ code: 0 })
  const verified = await avow.cli(['evidence', 'verify', proofFile, '--key', keyFile, '--json'])
  expect(verified.code).toBe(0)
  expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true, index: 0, leaf: { gate: expect.any(String) } })
  const bundle = await fetch(`${avow.url}/evidence/tile/entries/000.p/1`)
  expect(await bundle.text()).not.toContain('anary')
})

test('any changed line of a proof is found', async () => {
  const lines = readFileSync(proofFile, 'utf8').split('\n')
  const altered = join(folder, 'altered.tlog-proof')
  for (const [i, line] of lines.entries()) {
    if (line === '') continue
    const change = (char: string): string => (char === 'A' ? 'B' : 'A')
    const middle = Math.floor(line.length / 2)
    const changed = line.slice(0, middle) + change(line.charAt(middle)) + line.slice(middle + 1)
    writeFileSync(altered, lines.with(i, changed).join('\n'))
    const { code } = await avow.cli(['evidence', 'verify', altered, '--key', keyFile])
    expect([line, code]).toEqual([line, 1])
  }
})

test('a decision that is not in the log has no proof', async () => {
  expect(await avow.cli(['evidence', 'proof', '999999'])).toMatchObject({ code: 4 })
})

const hasGo = spawnSync('go', ['version']).status === 0
if (!hasGo)
  process.stderr.write('skipped: the check of the evidence log by Go’s own implementation needs Go on the PATH\n')

test.runIf(hasGo)('the log holds under an independent implementation', { timeout: 300_000 }, async () => {
  const cwd = fileURLToPath(new URL('../src/tlog-check', import.meta.url))
  const { stdout } = await promisify(execFile)('go', ['run', '.', avow.url], { cwd })
  expect(stdout).toMatch(/^valid \d+\n$/)
})
