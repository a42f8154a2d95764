import { afterEach, expect, test } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { listenOnLoopback } from './gateway/mock-model-server.ts'
import { createUpstreamHealth } from './upstream-health.ts'
import type { UpstreamServer } from './upstream-servers.ts'

const clock = movableClock(new Date('2026-03-14T10:00:00Z'))
const health = () => createUpstreamHealth({ clock, log: createLog('silent'), openKey: () => 'secret' })
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const rowOf = (upstream: string) =>
  ({ id: 'm', modelId: 'm', upstream, enabled: true, sealedUpstreamKey: null }) as UpstreamServer

/** A model's server that answers everything with a status that can be changed. */
const serverWith = async (status: number) => {
  const seen = { status, paths: [] as string[], keys: [] as (string | undefined)[] }
  const { server, url } = await listenOnLoopback((req, res) => {
    seen.paths.push(req.url ?? '')
    seen.keys.push(req.headers.authorization)
    res.writeHead(seen.status).end('{}')
  })
  ends.push(() => server.close())
  return { seen, url: `${url}/v1` }
}

test.each([
  [200, 'ready'],
  [404, 'ready'],
  [401, 'failed'],
  [503, 'failed'],
])('a server that answers %i is %s', async (status, state) => {
  const { seen, url } = await serverWith(status)
  const at = health()
  ends.push(at.close)
  await at.look(rowOf(url))
  expect(at.status('m').state).toBe(state)
  expect([seen.paths, seen.keys]).toEqual([['/v1/models'], ['Bearer secret']])
})

test('a server that is not there is told without its address, and is ready when it answers', async () => {
  const { seen, url } = await serverWith(500)
  const at = health()
  ends.push(at.close)
  await at.look(rowOf('http://127.0.0.1:1/v1'))
  expect(at.status('m')).toEqual({
    state: 'failed',
    reason: 'Nothing listens at the address of its server. Requests are still tried.',
  })
  at.replace([rowOf(url)])
  await expect.poll(() => at.status('m').reason).toContain('status 500')
  seen.status = 200
  clock.advance(1000)
  at.suspect('m')
  await expect.poll(() => at.status('m')).toEqual({ state: 'ready', reason: null })
  at.replace([])
  expect(at.status('m').state).toBe('starting')
})
