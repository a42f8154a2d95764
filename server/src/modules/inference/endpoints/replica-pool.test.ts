import type { Dispatcher } from 'undici'
import { expect, it, vi } from 'vitest'
import { createReplicaPool, type ReplicaPoolOptions } from './replica-pool.ts'

type Handler = Dispatcher.DispatchHandler

const controller: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
}

/** A replica that keeps its requests open until it is told how each ends. */
const openReplica = () => {
  const calls: Handler[] = []
  const connection: Pick<Dispatcher, 'dispatch'> = {
    dispatch: (_options, handler) => {
      calls.push(handler)
      handler.onRequestStart?.(controller, {})
      return true
    },
  }
  return { calls, connection, end: (at: number) => calls[at]?.onResponseEnd?.(controller, {}) }
}

const poolWith = (changed: Partial<ReplicaPoolOptions> = {}) => {
  const lost: string[] = []
  const pool = createReplicaPool({
    waitingMax: 2,
    waitMsMax: 60_000,
    onLoad: () => undefined,
    onLost: (id) => lost.push(id),
    ...changed,
  })
  const call = () => {
    const seen: { ended: boolean; error: Error | null; controller: Dispatcher.DispatchController | null } = {
      ended: false,
      error: null,
      controller: null,
    }
    pool.dispatch(
      { path: '/', method: 'POST' },
      {
        onRequestStart: (given) => {
          seen.controller = given
        },
        onResponseEnd: () => {
          seen.ended = true
        },
        onResponseError: (_controller, error) => {
          seen.error = error
        },
      },
    )
    return seen
  }
  return { pool, call, lost }
}

it('sends each request to the least busy replica, and none to one that drains', () => {
  const { pool, call } = poolWith()
  const [a, b] = [openReplica(), openReplica()]
  pool.add('a', a.connection)
  pool.add('b', b.connection)
  for (let i = 0; i < 4; i++) call()
  expect([a.calls.length, b.calls.length]).toEqual([2, 2])
  a.end(0)
  call()
  expect(pool.inFlight('a')).toBe(2)
  pool.drain('a')
  call()
  expect([pool.inFlight('a'), pool.inFlight('b')]).toEqual([2, 3])
  expect(pool.load()).toEqual({ inFlight: 5, waiting: 0, open: 1 })
})

it('holds requests while there is no replica, and sends them when there is one', () => {
  const { pool, call } = poolWith()
  const [first, second] = [call(), call()]
  expect(pool.load()).toEqual({ inFlight: 0, waiting: 2, open: 0 })
  const replica = openReplica()
  pool.add('a', replica.connection)
  expect([replica.calls.length, pool.load().waiting]).toEqual([2, 0])
  replica.end(0)
  replica.end(1)
  expect([first.ended, second.ended]).toEqual([true, true])
})

it('holds no more than may wait, and nobody longer than they may', () => {
  vi.useFakeTimers()
  try {
    const { pool, call } = poolWith({ waitMsMax: 1000 })
    const [first] = [call(), call()]
    expect(call().error).toMatchObject({ kind: 'full' })
    vi.advanceTimersByTime(1001)
    expect(first?.error).toMatchObject({ kind: 'late' })
    expect(pool.load()).toEqual({ inFlight: 0, waiting: 0, open: 0 })
  } finally {
    vi.useRealTimers()
  }
})

it('lets a caller give up while it waits, and tells all who wait when no replica can be started', () => {
  const { pool, call } = poolWith()
  const [gone, patient] = [call(), call()]
  gone.controller?.abort(new Error('gone'))
  expect([gone.error?.message, pool.load().waiting]).toEqual(['gone', 1])
  pool.refuse('Docker is missing.')
  expect(patient.error).toMatchObject({ kind: 'unable', message: 'Docker is missing.' })
  expect(call().error).toMatchObject({ kind: 'unable' })
})

it('gives what was not sent to another replica, and never what may have been sent', () => {
  const { pool, call, lost } = poolWith()
  const [a, b] = [openReplica(), openReplica()]
  pool.add('a', a.connection)
  const [first, second] = [call(), call()]
  pool.add('b', b.connection)
  a.calls[0]?.onResponseError?.(controller, Object.assign(new Error('no socket'), { code: 'ENOENT' }))
  expect([lost, b.calls.length, first.error]).toEqual([['a'], 1, null])
  a.calls[1]?.onResponseError?.(controller, Object.assign(new Error('cut'), { code: 'UND_ERR_SOCKET' }))
  expect([second.error?.message, b.calls.length]).toEqual(['cut', 1])
})
