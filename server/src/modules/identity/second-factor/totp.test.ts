import { describe, expect, it } from 'vitest'
import { decodeBase32, encodeBase32, matchTotp, newTotpSecret, totpCode, totpStep, totpUri } from './totp.ts'

const secret = encodeBase32(Buffer.from('12345678901234567890'))

describe('TOTP', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('gives the last six digits of the vectors of RFC 6238 at %i s', (seconds, code) => {
    expect(totpCode(secret, totpStep(seconds * 1000))).toBe(code)
  })

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes base32 as RFC 4648 without padding: %s', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded)
    expect(decodeBase32(encoded).toString()).toBe(text)
  })

  it('accepts one step to either side and no further', () => {
    const atMs = 1_700_000_000_000
    const now = totpStep(atMs)
    const accepted = [-2, -1, 0, 1, 2].map((off) => matchTotp(secret, totpCode(secret, now + off), atMs, 0))
    expect(accepted).toEqual([null, now - 1, now, now + 1, null])
  })

  it('refuses a code of the last accepted step and of older ones', () => {
    const atMs = 1_700_000_000_000
    const now = totpStep(atMs)
    expect(matchTotp(secret, totpCode(secret, now), atMs, now)).toBeNull()
    expect(matchTotp(secret, totpCode(secret, now - 1), atMs, now)).toBeNull()
    expect(matchTotp(secret, totpCode(secret, now + 1), atMs, now)).toBe(now + 1)
  })

  it('makes secrets of 160 bits that differ', () => {
    const secrets = [newTotpSecret(), newTotpSecret()]
    expect(decodeBase32(secrets[0] ?? '')).toHaveLength(20)
    expect(new Set(secrets).size).toBe(2)
  })

  it('puts account and issuer into the address for the app', () => {
    expect(totpUri('ABC', 'Avow', 'a b@example.org')).toBe(
      'otpauth://totp/Avow%3Aa%20b%40example.org?secret=ABC&issuer=Avow',
    )
  })
})
