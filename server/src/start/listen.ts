import type { Server } from 'node:http'
import type { Config } from '../config.ts'

export class PortInUse extends Error {}

/** Listens where the configuration says. The address in `url` is one that a program on this machine can call. */
export const listen = async (server: Server, config: Config): Promise<{ url: string; stopAccepting(): void }> => {
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        fail(
          new PortInUse(
            `port ${config.port} is in use by another program. Stop that one, or set another, for example AVOW_PORT=${config.port + 1}`,
          ),
        )
      else if (error.code === 'EACCES')
        fail(new PortInUse(`port ${config.port} needs more rights. Set AVOW_PORT to 1024 or more`))
      else fail(error)
    })
    server.listen(config.port, config.host, done)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  const isAny = config.host === '0.0.0.0' || config.host === '::'
  const reachable = isAny ? '127.0.0.1' : config.host
  const host = reachable.includes(':') ? `[${reachable}]` : reachable
  return {
    url: `${config.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    stopAccepting: () => void server.close(),
  }
}
