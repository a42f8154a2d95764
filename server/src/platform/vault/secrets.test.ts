import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createKeyFiles } from './key-files.ts'
import { createSecrets } from './secrets.ts'

const vault = createSecrets(Buffer.alloc(32, 7))

test('what was sealed opens in its own place only', () => {
  const sealed = vault.seal('model/upstream_key/m1', 'sk-secret')
  expect(vault.open('model/upstream_key/m1', sealed)).toBe('sk-secret')
  expect(() => vault.open('model/upstream_key/m2', sealed)).toThrow()
  expect(sealed.includes('sk-secret')).toBe(false)
})

test('any changed byte is found', () => {
  const sealed = vault.seal('c', 'text')
  for (let i = 0; i < sealed.length; i++) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(altered.readUInt8(i) ^ 1, i)
    expect(() => vault.open('c', altered)).toThrow()
  }
})

test('a keyed hash depends on its use and on the master key', () => {
  expect(vault.keyedHash('a', 'x')).toBe(vault.keyedHash('a', 'x'))
  expect(vault.keyedHash('a', 'x')).not.toBe(vault.keyedHash('b', 'x'))
  expect(vault.keyedHash('a', 'x')).not.toBe(createSecrets(Buffer.alloc(32, 8)).keyedHash('a', 'x'))
})

test('the master key is made once, readable by its owner only, and never silently replaced', () => {
  const dir = mkdtempSync(join(tmpdir(), 'avow-key-'))
  const file = join(dir, 'secrets/master.key')
  const files = createKeyFiles(file)
  expect(files.read()).toEqual({ current: null, next: null })
  const made = files.makeFirst()
  expect(files.makeFirst()).toEqual(made)
  expect(files.read().current).toEqual(made)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  writeFileSync(file, 'short')
  expect(() => files.read()).toThrow(/32 bytes/)
  rmSync(dir, { recursive: true })
})
