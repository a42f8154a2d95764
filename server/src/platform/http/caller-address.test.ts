import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { createCallerAddress } from './caller-address.ts'

const from = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

const behind = createCallerAddress(['192.0.2.1', '10.0.0.0/8', 'fd00::/8'])

test('a caller is at the other end of the connection where no proxy is trusted', () => {
  expect(createCallerAddress([])(from('203.0.113.9', '198.51.100.7'))).toBe('203.0.113.9')
  expect(createCallerAddress([])(from(undefined))).toBeNull()
})

test('trusted proxies say where a caller is, and nobody else does', () => {
  expect(behind(from('192.0.2.1', '198.51.100.7'))).toBe('198.51.100.7')
  expect(behind(from('203.0.113.9', '198.51.100.7'))).toBe('203.0.113.9')
  expect(behind(from('192.0.2.1', '1.1.1.1, 198.51.100.7, 10.1.2.3'))).toBe('198.51.100.7')
  expect(behind(from('fd00::1', '2001:db8::7'))).toBe('2001:db8::7')
  expect(behind(from('::ffff:10.0.0.9', '198.51.100.7'))).toBe('198.51.100.7')
})

test('what a proxy passes on and is no address is not taken for one', () => {
  expect(behind(from('192.0.2.1', '<script>'))).toBe('192.0.2.1')
  expect(behind(from('192.0.2.1'))).toBe('192.0.2.1')
})
