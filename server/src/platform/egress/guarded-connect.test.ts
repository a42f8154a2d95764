import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'undici'
import { expect, test } from 'vitest'
import { ForbiddenAddress, guardedConnector, type Resolve } from './guarded-connect.ts'

/** A name service that answers every name with these addresses, one answer after the other. */
const answering = (...answers: LookupAddress[][]): Resolve =>
  ((_host: string, options: { all?: boolean }, done: (error: null, address: unknown, family?: number) => void) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    const [first] = answer ?? []
    if (options.all) done(null, answer)
    else done(null, first?.address, first?.family)
  }) as unknown as Resolve

const get = async (origin: string, resolve?: Resolve) => {
  const client = new Client(origin, { connect: guardedConnector(1000, resolve) })
  try {
    return (await client.request({ method: 'GET', path: '/' })).statusCode
  } finally {
    await client.destroy()
  }
}

const loopback = { address: '127.0.0.1', family: 4 }

test('a name is connected to the address that was judged', async () => {
  const server = createServer((_, res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(await get(`http://model.example:${port}`, answering([loopback]))).toBe(302)
  server.close()
})

test.each([
  [[{ address: '169.254.169.254', family: 4 }]],
  [[loopback, { address: '169.254.169.254', family: 4 }]],
  [[{ address: 'fd00:ec2::254', family: 6 }]],
  [[{ address: '::ffff:169.254.169.254', family: 6 }]],
])('a name that leads to a metadata address is not connected to: %j', async (addresses) => {
  await expect(get('http://model.example', answering(addresses))).rejects.toThrow(ForbiddenAddress)
})

test.each([
  'http://169.254.169.254',
  'http://[fe80::1]',
  'http://[::ffff:169.254.169.254]',
])('%s is not connected to, whatever the catalogue says', async (origin) => {
  await expect(get(origin)).rejects.toThrow(ForbiddenAddress)
})
