import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { isForbiddenAddress, outsiderAt } from './outside-address.ts'

test.each([
  'http://127.0.0.1:8000/v1',
  'http://localhost:8000/v1',
  'http://[::1]:8000/v1',
  'http://[::ffff:10.1.2.3]/v1',
  'http://10.0.0.5:8000/v1',
  'http://172.31.0.1/v1',
  'http://192.168.1.7/v1',
  'http://100.64.0.9/v1',
  'http://[fd12::7]/v1',
  'http://vllm:8000/v1',
  'http://gpu-3.cluster.internal/v1',
  'http://box.local./v1',
])('%s is seen by nobody else', (upstream) => {
  expect(outsiderAt(upstream)).toBeNull()
})

test.each([
  ['https://api.example.com/v1', 'api.example.com'],
  ['https://API.Example.com.:8443/v1', 'api.example.com'],
  ['http://172.32.0.1/v1', '172.32.0.1'],
  ['http://[2001:db8::1]/v1', '2001:db8::1'],
  ['http://[::ffff:8.8.8.8]/v1', '::ffff:808:808'],
  ['http://localhost.example.com/v1', 'localhost.example.com'],
])('%s is seen by %s', (upstream, host) => {
  expect(outsiderAt(upstream)).toBe(host)
})

test.each([
  ['169.254.169.254', true],
  ['::ffff:169.254.169.254', true],
  ['64:ff9b::a9fe:a9fe', true],
  ['fe80::1', true],
  ['febf::1', true],
  ['fd00:ec2::254', true],
  ['fd00:ec2::255', false],
  ['127.0.0.1', false],
  ['169.253.0.1', false],
  ['8.8.8.8', false],
])('asking %s is forbidden: %s', (address, expected) => {
  expect(isForbiddenAddress(address)).toBe(expected)
})

test('every address of this machine is its own, whatever range it is in', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  expect(addresses.length).toBeGreaterThan(0)
  for (const { address, family } of addresses)
    expect(outsiderAt(family === 'IPv6' ? `http://[${address}]/` : `http://${address}/`), address).toBeNull()
})
