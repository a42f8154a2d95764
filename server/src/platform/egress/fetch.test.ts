import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createConnections } from './connections.ts'
import { fetchOwn, fetchPublic } from './fetch.ts'

let servers: Server[] = []
const seen: { path: string; headers: IncomingHttpHeaders }[] = []
const serve = async (redirectTo?: string): Promise<string> => {
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers })
    if (redirectTo === undefined) response.end('the file')
    else response.writeHead(302, { location: redirectTo }).end()
  })
  servers.push(server)
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
beforeEach(() => {
  seen.length = 0
})
afterEach(() => {
  for (const server of servers) server.close()
  servers = []
})

it('a file is fetched by way of a redirect, whose host gets no credentials', async () => {
  const mirror = await serve()
  const origin = await serve(`${mirror}/file`)
  const hosts: string[] = []
  const get = fetchPublic({ permit: (host) => void hosts.push(host) })
  const response = await get(`${origin}/start`, { headers: { authorization: 'Bearer hf', range: 'bytes=0-' } })
  expect(await response.text()).toBe('the file')
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer hf', undefined])
  expect(seen[1]?.headers.range).toBe('bytes=0-')
  expect(hosts).toEqual(['127.0.0.1', '127.0.0.1'])
})

it('a ring of redirects ends', async () => {
  const origin = await serve('/again')
  const response = await fetchPublic(createConnections(false))(origin, {})
  expect(response.status).toBe(302)
  expect(seen).toHaveLength(6)
})

it('what is for programs of our own never leaves for elsewhere', async () => {
  await expect(fetchOwn('https://api.example.com/health')).rejects.toThrow('no machine of our own')
  expect(await (await fetchOwn(await serve())).text()).toBe('the file')
})
