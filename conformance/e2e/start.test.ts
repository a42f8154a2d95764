import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failToStart, killDuringStart, newFolder, startAvow } from '../src/start-avow.ts'

test('npm start gives the facts that scripts rely on, stops within ten seconds, and starts again on the same data without any set-up', async () => {
  await using avow = await startAvow({ npm: true })
  expect(avow.output().stdout).toMatch(/^avow ready http:\/\/127\.0\.0\.1:\d+$/m)
  expect(avow.firstRun).toMatchObject({
    url: avow.url,
    operator: { email: expect.stringContaining('@'), password: expect.stringMatching(/.{16}/) },
    organisation: { id: expect.any(String), name: expect.any(String) },
    project: { id: expect.any(String), name: expect.any(String) },
    apiKey: expect.any(String),
  })
  for (const file of ['first-run.json', 'operator-token', 'server.json']) {
    expect([file, statSync(join(avow.folder, file)).mode & 0o077]).toEqual([file, 0])
  }
  const key = await avow.cli(['key', 'create', 'before the restart'])
  expect(key).toMatchObject({ code: 0 })

  const stopped = await avow.stop()
  expect(stopped.code).toBe(0)
  expect(stopped.ms).toBeLessThan(10_000)

  await avow.restart()
  expect(avow.output().stderr).not.toContain('avow set-up')
  const list = await avow.cli(['key', 'list', '--json'])
  expect(JSON.parse(list.stdout).items.map(({ name }: { name: string }) => name)).toContain('before the restart')
})

test('a port that is in use is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await failToStart({ AVOW_PORT: String(port) })
  other.close()
  expect(code).not.toBe(0)
  expect(stderr).toContain(`port ${port} is in use`)
  expect(stderr).toContain('AVOW_PORT=')
})

test('a broken policy file stops the start and is located by file, line and column', async () => {
  const file = join(newFolder(), 'broken.yaml')
  writeFileSync(file, 'policy:\n  id: broken\n  retentoin: 30\n')
  const { code, stdout, stderr } = await failToStart({ AVOW_POLICY: file })
  expect(code).not.toBe(0)
  expect(stdout).not.toContain('avow ready')
  expect(stderr).toMatch(/broken\.yaml:\d+:\d+/)
})

test('a policy that does not exist stops the start and is named', async () => {
  const { code, stderr } = await failToStart({ AVOW_POLICY: 'no-such-policy' })
  expect(code).not.toBe(0)
  expect(stderr).toContain('no-such-policy')
})

test('wrong settings are reported all together, each with an example, and never with their value', async () => {
  const { code, stderr } = await failToStart({ AVOW_PORT: 'eighty', AVOW_SMTP_URL: 'hunter2', AVOW_POTR: '1' })
  expect(code).not.toBe(0)
  expect(stderr).toContain('AVOW_PORT=8080')
  expect(stderr).toContain('AVOW_SMTP_URL')
  expect(stderr).toContain('AVOW_POTR')
  expect(stderr).not.toContain('hunter2')
})

test('plain HTTP is refused off loopback', async () => {
  const { code, stderr } = await failToStart({ AVOW_HOST: '0.0.0.0' })
  expect(code).not.toBe(0)
  expect(stderr).toContain('AVOW_TLS_CERT')
})

test('a first start that is killed again and again leaves nothing that stops the next one', async () => {
  const folder = newFolder()
  for (const afterMs of [300, 700, 1100, 1500, 2000, 2600]) await killDuringStart(folder, afterMs)
  await using avow = await startAvow({ folder, env: { AVOW_ENGINE: 'off' } })
  expect((await avow.cli(['whoami'])).code).toBe(0)
  const models = await fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer ${avow.apiKey}` } })
  expect(models.status).toBe(200)
})

test('a second server on the same data folder is refused, and the first goes on', async () => {
  await using avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  const { code, stderr } = await failToStart({}, avow.folder)
  expect(code).not.toBe(0)
  expect(stderr).toContain(`in use by the server with process id ${avow.pid}`)
  expect((await avow.cli(['status'])).code).toBe(0)
})

test('Ctrl-C in a terminal stops everything in order: nothing of the database is missed on the way', async () => {
  await using avow = await startAvow({ env: { AVOW_MODEL: 'none' } })
  const { code } = await avow.interrupt()
  expect(code).toBe(0)
  expect(avow.output().stderr).not.toMatch(/database-connection-lost|evidence-waits|57P/)
})
