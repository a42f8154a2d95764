import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { CompiledPolicy } from '@avow/policy'

export interface TransportWish {
  host: string
  isLoopback: boolean
  tls: { certFile: string; keyFile: string } | undefined
}

/** The only way to accept connections: TLS at the policy's floor, or plain HTTP on loopback where the policy allows it. */
export interface TransportGate {
  /** @throws if the policy refuses this way of listening, or the certificate cannot be read */
  createListener(wish: TransportWish, onRequest: RequestListener): Server
}

export class TransportRefused extends Error {}

export const createTransportGate = (rule: CompiledPolicy['transport']): TransportGate => ({
  createListener: (wish, onRequest) => {
    if (wish.tls !== undefined) {
      const [cert, key] = [wish.tls.certFile, wish.tls.keyFile].map((file) => {
        try {
          return readFileSync(file)
        } catch (error) {
          throw new TransportRefused(`the TLS file ${file} cannot be read`, { cause: error })
        }
      })
      return createHttpsServer({ cert, key, minVersion: rule.tlsMinimum }, onRequest)
    }
    if (rule.plainHttp === 'refused')
      throw new TransportRefused('the policy refuses plain HTTP everywhere. Give AVOW_TLS_CERT and AVOW_TLS_KEY')
    if (!wish.isLoopback)
      throw new TransportRefused(
        `the policy allows plain HTTP on loopback only, not on ${wish.host}. Give AVOW_TLS_CERT and AVOW_TLS_KEY`,
      )
    return createHttpServer(onRequest)
  },
})
