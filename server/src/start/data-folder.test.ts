import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FolderInUse, openDataFolder } from './data-folder.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'avow-folder-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a folder that a living process has is refused; one that a dead process left is taken over', async () => {
  const other = spawn('sleep', ['60'])
  const start = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  writeFileSync(join(dir, 'server.lock'), `${other.pid} ${start}\n`)
  expect(() => openDataFolder(dir)).toThrow(FolderInUse)
  const gone = new Promise((done) => other.once('exit', done))
  other.kill('SIGKILL')
  await gone
  openDataFolder(dir).release()
})

test('a later process with the same id does not hold the folder', () => {
  writeFileSync(join(dir, 'server.lock'), '1 999999999999\n')
  openDataFolder(dir).release()
})

test('a secret is made once and readable by its owner only', () => {
  const folder = openDataFolder(dir)
  const secret = folder.secret('operator-token')
  expect(secret).toHaveLength(43)
  expect(folder.secret('operator-token')).toBe(secret)
  expect(statSync(join(dir, 'operator-token')).mode & 0o777).toBe(0o600)
})
