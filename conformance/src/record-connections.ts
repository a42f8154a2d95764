/** Loaded into a server before anything of its own: writes each host that a socket is asked to connect to. */
import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'

const file = process.env.CONNECTIONS_FILE ?? ''
const prototype = Socket.prototype as unknown as { connect: (this: Socket, ...args: unknown[]) => Socket }
const original = prototype.connect

prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  const target = typeof first === 'object' && first !== null ? (first as { host?: string; path?: string | null }) : null
  const host = target?.path ?? target?.host ?? (typeof args[1] === 'string' ? args[1] : 'localhost')
  appendFileSync(file, `${host}\n`)
  return original.apply(this, args)
}
