import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import {
  cliJson,
  containersOf,
  dockerMissing,
  endpointOf,
  endpointsOf,
  eventsOf,
  untilState,
} from '../src/endpoints.ts'
import { errorOf } from '../src/expect-error.ts'
import { createKey, expectBooked, hello, openaiClient, type TestKey, untilModelReady } from '../src/inference.ts'
import { createPerson, ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

const missing = dockerMissing()
if (missing !== null) process.stderr.write(`Dedicated endpoints are not tested here: ${missing}\n`)

let avow: RunningAvow
let key: TestKey
let id: string

const ask = () => key.openai.chat.completions.create({ model: `endpoint/${id}`, messages: hello, temperature: 0 })
const replicas = async () => (await endpointOf(avow, id)).replicas.filter(({ endedAt }) => endedAt === null)

describe.skipIf(missing !== null)('a dedicated endpoint', () => {
  beforeAll(async () => {
    avow = await startAvow()
    await untilModelReady(avow, 'avow-tiny')
    key = await createKey(avow, 'endpoint')
    return async () => {
      // A server that stops leaves its containers to the next one, which here never comes.
      if (id !== undefined) await avow.cli(['endpoint', 'delete', id, '--yes'])
      await vi.waitFor(async () => expect(await endpointsOf(avow)).toMatchObject({ items: [] }), { timeout: 15_000 })
      await avow[Symbol.asyncDispose]()
    }
  })

  test('sleeps until it is asked, holds that request until a replica is ready, and is paid by the second', async () => {
    const made = await cliJson<{ id: string; state: string; ready: number }>(
      ...([avow, 'endpoint', 'create', '--model', 'avow-tiny', '--replicas', '0..2', '--idle', '1h'] as const),
    )
    id = made.id
    expect(made).toMatchObject({ state: 'asleep', ready: 0 })
    const answers = await Promise.all([ask(), ask()])
    for (const answer of answers) expect(answer.choices[0]?.message.content).toMatch(/[a-z]+/)
    await expectBooked(avow, key.id, { requests: 2, failedRequests: 0 })
    const shown = await endpointOf(avow, id)
    expect(shown).toMatchObject({ state: 'ready', ready: 1, waiting: 0 })
    expect(BigInt(shown.costMicros)).toBe(BigInt(shown.seconds) * BigInt(shown.priceMicrosPerSecond))
    expect(shown.seconds).toBeGreaterThan(0)
    const kinds = (await eventsOf(avow, id)).map(({ kind }) => kind)
    expect(kinds).toEqual(['created', 'replica_starting', 'replica_ready'])
  })

  test('answers keys of its project only, and tells nobody else that it is there', async () => {
    const stranger = await createPerson(avow, 'stranger')
    const [home] = (await ok(stranger.api.GET('/api/v1/organisations'))).items
    const path = { organisationId: home?.id ?? '' }
    const [project] = (
      await ok(stranger.api.GET('/api/v1/organisations/{organisationId}/projects', { params: { path } }))
    ).items
    const params = { path: { projectId: project?.id ?? '' } }
    const own = (body: { name: string; allowedModels?: string[] }) =>
      stranger.api.POST('/api/v1/projects/{projectId}/keys', { params, body })
    const { secret } = await ok(own({ name: 'theirs' }))
    expect((await own({ name: 'limited', allowedModels: [`endpoint/${id}`] })).response.status).toBe(400)
    const foreign = openaiClient(avow, secret ?? '')
    const refused = await errorOf(foreign.chat.completions.create({ model: `endpoint/${id}`, messages: hello }))
    expect(refused).toMatchObject({ status: 404, code: 'model_not_found' })
    expect((await foreign.models.list()).data.map((model) => model.id)).not.toContain(`endpoint/${id}`)
    const limited = await createKey(avow, 'limited', { allowedModels: [`endpoint/${id}`] })
    expect((await limited.openai.models.list()).data.map((model) => model.id)).toEqual([`endpoint/${id}`])
  })

  test('says in its logs how requests ended, and nothing of what they said', async () => {
    const { items } = await cliJson<{ items: { text: string }[] }>(avow, 'endpoint', 'logs', id)
    const text = items.map((line) => line.text).join('\n')
    expect(text).toContain('"event":"finished"')
    expect(text).not.toMatch(/colour|sky/i)
  })

  test('is replaced replica by replica while requests go on, and none fails', async () => {
    const [before] = await replicas()
    let isOver = false
    const load = Array.from({ length: 3 }, async () => {
      const outcomes: number[] = []
      while (!isOver) outcomes.push((await ask()).choices.length)
      return outcomes
    })
    const updated = await cliJson<{ state: string }>(avow, 'endpoint', 'update', id, '--restart', '--wait')
    isOver = true
    const outcomes = (await Promise.all(load)).flat()
    expect(updated.state).toBe('ready')
    expect(outcomes.length).toBeGreaterThan(3)
    expect(outcomes.every((choices) => choices === 1)).toBe(true)
    await expect.poll(async () => (await replicas()).map((one) => one.id)).not.toContain(before?.id)
    expect((await replicas()).every(({ isCurrent }) => isCurrent)).toBe(true)
    await expect.poll(() => containersOf(before?.id ?? '')).toEqual([])
  })

  test('goes on with the same container after kill -9 of the server', async () => {
    const [before] = await replicas()
    const containers = containersOf(before?.id ?? '')
    await avow.kill9()
    await avow.restart()
    await ask()
    expect((await replicas()).map((one) => one.id)).toEqual([before?.id])
    expect(containersOf(before?.id ?? '')).toEqual(containers)
    expect((await eventsOf(avow, id)).at(-1)).toMatchObject({ kind: 'replica_adopted', replicaId: before?.id })
  })

  test('begins another replica when somebody kills its container, and says why', async () => {
    const [before] = await replicas()
    execFileSync('docker', ['kill', ...containersOf(before?.id ?? '')])
    expect((await ask()).choices).toHaveLength(1)
    const failed = (await eventsOf(avow, id)).find(({ kind }) => kind === 'replica_failed')
    expect(failed).toMatchObject({ replicaId: before?.id, reason: 'It ended by itself with exit code 137.' })
  })

  test('goes to sleep when nothing was asked for a while, and is woken by the next request', async () => {
    await cliJson(avow, 'endpoint', 'scale', id, '--idle', '1s')
    await untilState(avow, id, 'asleep')
    const asleep = await endpointOf(avow, id)
    await ask()
    await expect.poll(async () => (await endpointOf(avow, id)).seconds).toBeGreaterThan(asleep.seconds)
  })

  test('is deleted with its containers, and what it cost stays in the books', async () => {
    const known = (await endpointOf(avow, id)).replicas.map((one) => one.id)
    const gone = id
    await cliJson(avow, 'endpoint', 'delete', gone, '--yes')
    const refused = await errorOf(ask())
    expect(refused).toMatchObject({ status: 404, code: 'model_not_found' })
    await expect.poll(async () => (await endpointsOf(avow)).items).toEqual([])
    expect(known.flatMap(containersOf)).toEqual([])
    expect(Number((await endpointsOf(avow)).costMicros)).toBeGreaterThan(0)
  })

  test('refuses what it cannot serve, with words that say what to do', async () => {
    const create = async (...args: string[]) => (await avow.cli(['endpoint', 'create', ...args])).stderr
    expect(await create('--model', 'no-such-model')).toContain('There is no such model')
    expect(await create('--model', 'smollm2-135m-instruct')).toContain('not on this machine yet')
    expect(await create('--model', 'avow-tiny', '--replicas', '3..1')).toContain('cannot be less than')
    expect(await create('--model', 'avow-tiny', '--replicas', '0..9')).toContain('3')
  })
})
