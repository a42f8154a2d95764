import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

test('comes back to the page that was asked for, with its search', () => {
  expect(returnPath('/privacy/report?state=broken#START-07')).toBe('/privacy/report?state=broken#START-07')
})
test('never leads to another site, whatever the address bar says', () => {
  const asked = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'evil',
    '',
    undefined,
    3,
  ]
  for (const value of asked) expect(returnPath(value), String(value)).toBe('/')
})
