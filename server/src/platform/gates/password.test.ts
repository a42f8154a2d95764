import { expect, test } from 'vitest'
import { createPasswordGate } from './password.ts'

const argon2id = createPasswordGate({ algorithm: 'argon2id', memoryKib: 8192, iterations: 2, parallelism: 1 })
const bcrypt = createPasswordGate({ algorithm: 'bcrypt', cost: 10 })

test('each algorithm stores its own form, which verifies the password and no other', async () => {
  const [a, b] = await Promise.all([argon2id.hash('correct horse battery'), bcrypt.hash('correct horse battery')])
  expect(a).toMatch(/^\$argon2id\$v=19\$m=8192,t=2,p=1\$/)
  expect(b).toMatch(/^\$2[by]\$10\$/)
  for (const [gate, stored] of [
    [argon2id, a],
    [bcrypt, b],
  ] as const) {
    expect(await gate.verify(stored, 'correct horse battery')).toBe(true)
    expect(await gate.verify(stored, 'correct horse batterx')).toBe(false)
  }
})

test('after a change of policy the old form still verifies and asks to be hashed again', async () => {
  const stored = await argon2id.hash('correct horse battery')
  expect(await bcrypt.verify(stored, 'correct horse battery')).toBe(true)
  expect(bcrypt.needsRehash(stored)).toBe(true)
  expect(argon2id.needsRehash(stored)).toBe(false)
  expect(
    createPasswordGate({ algorithm: 'argon2id', memoryKib: 16_384, iterations: 2, parallelism: 1 }).needsRehash(stored),
  ).toBe(true)
})

test('bcrypt refuses what it would cut', async () => {
  await expect(bcrypt.hash('x'.repeat(73))).rejects.toThrow(/72 bytes/)
  expect(await bcrypt.verify(await bcrypt.hash('x'.repeat(72)), 'x'.repeat(73))).toBe(false)
})

test('a stored form of an unknown kind verifies nothing', async () => {
  expect(await argon2id.verify('plain', 'plain')).toBe(false)
})
