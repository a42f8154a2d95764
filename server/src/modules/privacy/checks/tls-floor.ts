import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type SecureVersion } from 'node:tls'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import { makeProbeCertificate } from '../probe-certificate.ts'

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies readonly SecureVersion[]
type Version = (typeof versions)[number]

const patienceMs = 5000

interface Handshake {
  readonly done: boolean
  readonly at: string
}

/** Whether a server completes a handshake in exactly this version. The client itself refuses none of them. */
const handshake = (host: string, port: number, version: Version): Promise<Handshake> =>
  new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    })
    const end = (done: boolean) => {
      socket.destroy()
      resolve({ done, at: `${host}:${port}` })
    }
    socket.setTimeout(patienceMs, () => end(false))
    socket.once('secureConnect', () => end(true))
    socket.once('error', () => end(false))
  })

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Opens a listener through the transport gate for the time of `work`. */
const withListener = async <T>(system: CheckedSystem, work: (port: number) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-probe-'))
  try {
    const { cert, key } = makeProbeCertificate(system.clock.now())
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key, { mode: 0o600 })
    const tls = { certFile, keyFile }
    const server = system.gates.transport.createListener(
      { host: '127.0.0.1', isLoopback: true, tls },
      (_request, response) => {
        response.end()
      },
    )
    server.on('tlsClientError', () => undefined)
    try {
      return await work(await listen(server))
    } finally {
      server.close()
      server.closeAllConnections()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const tryAll = (host: string, port: number): Promise<{ version: Version; shake: Handshake }[]> =>
  Promise.all(versions.map(async (version) => ({ version, shake: await handshake(host, port, version) })))

/** Shakes hands in every TLS version with a listener of the gate, and with the server's own when it speaks TLS. */
export const tlsFloor: Check<'tls-floor'> = {
  name: 'tls-floor',
  run: async (_rule, system) => {
    const floor = versions.indexOf(system.policy.transport.tlsMinimum)
    const own = system.listening()
    const tries = await withListener(system, (port) => tryAll('127.0.0.1', port))
    if (own?.isTls) tries.push(...(await tryAll(reachable(own.host), own.port)))
    const violations = tries
      .filter(({ version, shake }) => shake.done && versions.indexOf(version) < floor)
      .map(({ version, shake }) => `${version} is accepted at ${shake.at}`)
    // Were no version accepted, the refusals would prove nothing.
    const accepted = tries.filter(({ shake }) => shake.done).map(({ version }) => version)
    const looked = accepted.length === 0 ? 0 : tries.length
    return finding(
      looked,
      violations,
      `${tries.length} handshakes, accepted: ${[...new Set(accepted)].join(', ') || 'none'}`,
    )
  },
}

const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)
