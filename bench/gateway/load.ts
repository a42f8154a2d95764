import { setTimeout as sleep } from 'node:timers/promises'
import { HttpConnection } from './http-connection.ts'

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly seconds: number
  /** Milliseconds. Open loop: from the moment at which it should have been sent. */
  readonly p50: number
  readonly p99: number
}

export interface StreamResult {
  readonly streams: number
  readonly failed: number
  readonly events: number
  /** Milliseconds from the model's server to the caller, event by event. */
  readonly p50: number
  readonly p99: number
}

const round = (value: number): number => Math.round(value * 100) / 100

export const quantile = (sorted: readonly number[], q: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0)

const summarise = (latencies: number[], failed: number, seconds: number): LoadResult => {
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    failed,
    seconds: round(seconds),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}

/** Each connection sends its next request when it has its answer, until `requests` were sent. */
export const closedLoop = async (
  port: number,
  request: Buffer,
  connections: number,
  requests: number,
): Promise<LoadResult> => {
  const latencies: number[] = []
  let failed = 0
  let left = requests
  const began = performance.now()
  const drive = (connection: HttpConnection): Promise<void> =>
    new Promise((resolve) => {
      const next = (): void => {
        const sent = performance.now()
        if (left-- <= 0) {
          connection.close()
          resolve()
          return
        }
        connection.send(request, (status) => {
          if (status === 200) latencies.push(performance.now() - sent)
          else if (failed++ === 0) console.log(`  answered ${status}: ${connection.lastBody()}`)
          if (status === 0) resolve()
          else next()
        })
      }
      next()
    })
  await Promise.all(Array.from({ length: connections }, () => drive(new HttpConnection(port))))
  return summarise(latencies, failed, (performance.now() - began) / 1000)
}

/** Requests at a steady rate whatever the answers do; one that waits for a free connection waits on the clock. */
export const openLoop = async (
  port: number,
  request: Buffer,
  perSecond: number,
  seconds: number,
): Promise<LoadResult> => {
  const connections = Array.from({ length: 128 }, () => new HttpConnection(port))
  const free = [...connections]
  const due: number[] = []
  const latencies: number[] = []
  let failed = 0
  const serve = (): void => {
    while (due.length > 0) {
      const connection = free.pop()
      if (connection === undefined) return
      const scheduled = due.shift() ?? 0
      connection.send(request, (status) => {
        if (status === 200) latencies.push(performance.now() - scheduled)
        else failed++
        free.push(connection)
        serve()
      })
    }
  }
  const began = performance.now()
  const total = perSecond * seconds
  let planned = 0
  while (planned < total) {
    const now = performance.now()
    while (planned < total && began + (planned * 1000) / perSecond <= now) {
      due.push(began + (planned * 1000) / perSecond)
      planned++
    }
    serve()
    await sleep(0)
  }
  while (latencies.length + failed < total && performance.now() - began < (seconds + 10) * 1000) await sleep(10)
  for (const connection of connections) connection.close()
  return summarise(latencies, failed + Math.max(0, total - latencies.length - failed), seconds)
}

/** Opens `streams` streams, spread over a second, and reads them to their ends. */
export const readStreams = async (port: number, request: Buffer, streams: number): Promise<StreamResult> => {
  const latencies: number[] = []
  let events = 0
  let failed = 0
  const one = async (index: number): Promise<void> => {
    await sleep((index * 1000) / streams)
    const connection = new HttpConnection(port)
    connection.onBody = (chunk) => {
      const now = Number(process.hrtime.bigint() / 1000n)
      for (const match of chunk.toString('latin1').matchAll(/ @(\d+)"/g)) {
        events++
        latencies.push((now - Number(match[1])) / 1000)
      }
    }
    await new Promise<void>((resolve) =>
      connection.send(request, (status) => {
        if (status !== 200) failed++
        resolve()
      }),
    )
    connection.close()
  }
  await Promise.all(Array.from({ length: streams }, (_, index) => one(index)))
  latencies.sort((a, b) => a - b)
  return { streams, failed, events, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}
