import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { TransportGate } from '../../../platform/gates/index.ts'
import { type Check, finding, type ListeningPoint } from '../check.ts'

const patienceMs = 2000

/** Addresses on which plain HTTP would reach others; the second and third belong to nobody (RFC 5737, RFC 3849). */
const elsewhere = ['0.0.0.0', '192.0.2.1', '2001:db8::1', '::'] as const

/** Whether the gate makes a plain listener for a host. It is never opened. */
const allowsPlain = (gate: TransportGate, host: string, isLoopback: boolean): boolean => {
  try {
    gate.createListener({ host, isLoopback, tls: undefined }, () => undefined).close()
    return true
  } catch {
    return false
  }
}

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(patienceMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })

const outsideAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((one) => !one.internal && !one.address.startsWith('fe80')).map((one) => one.address),
  )

/** Knocks at the server's own port from every address of the machine that others can reach. */
const knock = async (own: ListeningPoint | null): Promise<{ tried: string[]; open: string[] }> => {
  if (own === null || own.isTls) return { tried: [], open: [] }
  const tried = outsideAddresses()
  const answers = await Promise.all(tried.map((host) => accepts(host, own.port)))
  return { tried, open: tried.filter((_host, index) => answers[index]) }
}

/** Asks the transport gate for plain listeners that it must refuse, and knocks at the server from outside addresses. */
export const plainHttp: Check<'plain-http'> = {
  name: 'plain-http',
  run: async (_rule, { gates, listening, policy }) => {
    const loopbackRefused = policy.transport.plainHttp === 'refused'
    const wrong: string[] = elsewhere.filter((host) => allowsPlain(gates.transport, host, false))
    if (loopbackRefused && allowsPlain(gates.transport, '127.0.0.1', true)) wrong.push('127.0.0.1')
    const { tried, open } = await knock(listening())
    const violations = [
      ...wrong.map((host) => `the gate would serve plain HTTP on ${host}`),
      ...open.map((host) => `plain HTTP is open on ${host}`),
    ]
    const asked = elsewhere.length + (loopbackRefused ? 1 : 0)
    const unseen = listening() === null ? 'the server does not listen yet' : null
    return finding(
      asked + tried.length,
      violations,
      `${asked} listeners asked of the gate, ${tried.length} outside addresses tried, ${violations.length} open`,
      unseen,
    )
  },
}
