import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createConnection, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Client as Postgres } from 'pg'
import { Client, request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connections, createConnections, guardConnections, UnpermittedHost } from './connections.ts'

const outside = 'party.example.com'
let connections: Connections
let release: () => void
let server: Server
let port: number

beforeEach(async () => {
  server = createServer((_, response) => response.end('hello'))
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  port = (server.address() as AddressInfo).port
  connections = createConnections(false)
  release = guardConnections(connections)
})
afterEach(() => {
  release()
  server.close()
})

const failure = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('error', resolve))
/** A name service under which every name leads to this machine. */
const lookup = ((_name: string, options: { all?: boolean }, done: (...found: unknown[]) => void) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never

describe('connections of the whole process', () => {
  it('reach machines of our own', async () => {
    const answer = await request(`http://127.0.0.1:${port}/`)
    expect(await answer.body.text()).toBe('hello')
    expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe('hello')
    expect(connections.seen()).toMatchObject({ outside: [] })
    expect(connections.seen().own).toBeGreaterThanOrEqual(2)
  })

  it('do not reach a party that no gate permitted, whichever library asks', async () => {
    const refused = [
      () => failure(connect(80, outside)),
      () => failure(createConnection({ host: outside, port: 80 })),
      () => failure(new Socket().connect(80, outside)),
      () => failure(connectTls({ host: outside, port: 443 })),
      () => fetch(`http://${outside}/`).catch((error: Error) => error.cause),
      () => fetch(`https://${outside}/`).catch((error: Error) => error.cause),
      () => request(`http://${outside}/`).catch((error: unknown) => error),
      () => failure(connect(80, '203.0.113.7')),
    ]
    for (const attempt of refused) expect(await attempt(), String(attempt)).toBeInstanceOf(UnpermittedHost)
    const database = new Postgres({ host: outside, port: 5432 })
    await expect(database.connect()).rejects.toThrow(UnpermittedHost)
    expect(connections.seen().outside).toEqual([
      { host: outside, reason: null, allowed: 0, refused: 8 },
      { host: '203.0.113.7', reason: null, allowed: 0, refused: 1 },
    ])
  })

  it('reach a party that a gate permitted, and are counted', async () => {
    connections.permit('Party.Example.com', 'recipient')
    const client = new Client(`http://${outside}:${port}`, { connect: { lookup } })
    const answer = await client.request({ method: 'GET', path: '/' })
    expect(await answer.body.text()).toBe('hello')
    await client.close()
    expect(connections.seen().outside).toEqual([{ host: outside, reason: 'recipient', allowed: 1, refused: 0 }])
  })

  it('reach nobody outside behind an air gap, whatever was permitted', () => {
    const closed = createConnections(true)
    closed.permit(outside, 'recipient')
    expect(closed.mayReach(outside)).toBe(false)
    expect(closed.admit(outside)).toBe(false)
    expect(closed.admit('10.0.0.7')).toBe(true)
  })
})
