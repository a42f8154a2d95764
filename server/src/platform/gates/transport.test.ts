import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect as tcpConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTransportGate } from './transport.ts'

let dir: string
let tls: { certFile: string; keyFile: string }
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'avow-tls-'))
  tls = { certFile: join(dir, 'c.pem'), keyFile: join(dir, 'k.pem') }
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      tls.keyFile,
      '-out',
      tls.certFile,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
    ],
    { stdio: 'ignore' },
  )
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const handshake = (port: number, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
  new Promise((done) => {
    const socket = tlsConnect(
      { port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: version, maxVersion: version },
      () => {
        done(socket.getProtocol() ?? 'none')
        socket.destroy()
      },
    )
    socket.once('error', () => done('refused'))
  })

test('a handshake below the policy’s floor is refused, one at the floor is not', async () => {
  const server = createTransportGate({ tlsMinimum: 'TLSv1.3', plainHttp: 'refused' }).createListener(
    { host: '127.0.0.1', isLoopback: true, tls },
    (_request, response) => response.end(),
  )
  const port = await listening(server)
  expect(await handshake(port, 'TLSv1.2')).toBe('refused')
  expect(await handshake(port, 'TLSv1.3')).toBe('TLSv1.3')
  server.close()
})

test('plain HTTP to a TLS listener gets no answer of the application', async () => {
  const server = createTransportGate({ tlsMinimum: 'TLSv1.2', plainHttp: 'loopback-only' }).createListener(
    { host: '127.0.0.1', isLoopback: true, tls },
    (_request, response) => response.end('secret'),
  )
  const port = await listening(server)
  const answer = await new Promise<string>((done) => {
    let text = ''
    const socket = tcpConnect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.once('error', () => done(text))
    socket.once('close', () => done(text))
  })
  expect(answer).not.toContain('secret')
  server.close()
})

test('plain HTTP is refused off loopback, and everywhere where the policy says so', () => {
  const wish = { host: '0.0.0.0', isLoopback: false, tls: undefined }
  expect(() =>
    createTransportGate({ tlsMinimum: 'TLSv1.2', plainHttp: 'loopback-only' }).createListener(wish, () => undefined),
  ).toThrow(/loopback only/)
  expect(() =>
    createTransportGate({ tlsMinimum: 'TLSv1.2', plainHttp: 'refused' }).createListener(
      { ...wish, isLoopback: true },
      () => undefined,
    ),
  ).toThrow(/refuses plain HTTP/)
})
