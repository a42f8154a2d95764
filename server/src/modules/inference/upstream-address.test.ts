import { expect, test } from 'vitest'
import { readUpstreamAddress } from './upstream-address.ts'

test.each([
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1'],
  ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000/v1'],
  ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1'],
  ['https://example.org/v1/', 'https://example.org/v1'],
  ['https://example.org/v1/chat/completions', 'https://example.org/v1'],
  ['https://example.org/api/llm', 'https://example.org/api/llm/v1'],
  ['https://example.org/v1beta/openai', 'https://example.org/v1beta/openai'],
])('%s is understood as %s', (given, base) => {
  expect(readUpstreamAddress(given)).toBe(base)
})

test.each([
  'ftp://example.org',
  'http://user:secret@example.org',
  'http://example.org/v1?key=secret',
  'not an address',
  'http://169.254.169.254',
  'http://2852039166/v1',
  'http://0xa9.0xfe.169.254/',
  'http://[::ffff:169.254.169.254]:8000/v1',
  'http://[fe80::1]/v1',
  'http://[fd00:ec2::254]/v1',
])('%s is refused', (given) => {
  expect(() => readUpstreamAddress(given)).toThrow('such as http://127.0.0.1:8000/v1')
})
