import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf } from '../src/expect-error.ts'
import { booked, createKey, hello, type TestKey } from '../src/inference.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { type RunningGateway, startGateway } from '../src/start-gateway.ts'

let avow: RunningAvow
let mock: MockUpstream
let one: RunningGateway
let two: RunningGateway
beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow({ env: { AVOW_BACKUP_EVERY: 'off' } })
  await addModel('dear', mock.url)
  ;[one, two] = await Promise.all([startGateway(avow, 'one'), startGateway(avow, 'two')])
})
afterAll(async () => {
  for (const part of [one, two, avow, mock]) await part?.[Symbol.asyncDispose]()
})

/** A token of an answer costs a thousandth of the currency; prompts cost nothing. */
const addModel = (id: string, upstream: string) => {
  const prices = { promptMicrosPerMillionTokens: '0', completionMicrosPerMillionTokens: '1000000000' }
  return ok(avow.api().POST('/api/v1/operate/models', { body: { id, upstream, ...prices } }))
}
const gateways = async () => (await ok(avow.api().GET('/api/v1/operate/gateways'))).items
const organisation = () => ({ organisationId: avow.firstRun.organisation.id })

/** What callers got of all answers, and how each of them ended in the end. */
interface Got {
  tokens: number
  readonly ends: Set<string>
}

const ask = (name: string, stream: boolean) => ({
  model: 'dear',
  max_tokens: 10,
  stream,
  messages: [{ role: 'user' as const, content: JSON.stringify({ tokens: 5, delayMs: 10, name }) }],
})

const callOnce = async (openai: OpenAI, name: string, stream: boolean, got: Got): Promise<void> => {
  if (!stream) {
    const { usage } = await openai.chat.completions.create({ ...ask(name, false), stream: false })
    got.tokens += usage?.completion_tokens ?? 0
    return
  }
  for await (const chunk of await openai.chat.completions.create({ ...ask(name, true), stream: true }))
    if (chunk.choices[0]?.delta.content) got.tokens += 1
}

/** Clients that call one after another until each has met an error that does not pass. */
const callUntilRefused = async (openai: OpenAI, name: string, clients: number): Promise<Got> => {
  const got: Got = { tokens: 0, ends: new Set() }
  const client = async (_: unknown, index: number): Promise<void> => {
    for (;;) {
      try {
        await callOnce(openai, name, index % 2 === 0, got)
      } catch (error) {
        got.ends.add((error as { code?: string | null }).code ?? 'connection')
        return
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return got
}

const producedFor = (name: string): number =>
  mock.produced.filter((row) => row.name === name).reduce((sum, row) => sum + row.completionTokens, 0)
const bookedTokens = async ({ id }: TestKey): Promise<number> => (await booked(avow, id)).completionTokens

describe('two gateways on one database', () => {
  it('are told apart by name and version, and the command line lists them', async () => {
    const listed = await gateways()
    expect(listed.map(({ name, state }) => `${name} ${state}`)).toEqual(['main alive', 'one alive', 'two alive'])
    const { stdout } = await avow.cli(['gateway', 'list', '--json'])
    expect((JSON.parse(stdout) as { items: unknown[] }).items).toHaveLength(3)
  })

  it('spend no more than a budget of 1.00 with 200 clients and a kill -9 of one; the books are what was produced', async () => {
    const [first, second] = [await createKey(avow, 'through one'), await createKey(avow, 'through two')]
    const path = { ...organisation() }
    const budget = await ok(
      avow.api().POST('/api/v1/organisations/{organisationId}/budgets', {
        params: { path },
        body: { limitMicros: '1000000' },
      }),
    )
    const cut = callUntilRefused(one.openai(first.secret), 'one', 100)
    const whole = callUntilRefused(two.openai(second.secret), 'two', 100)
    await expect.poll(() => mock.totals().requests, { interval: 5, timeout: 20_000 }).toBeGreaterThan(60)
    await one.kill9()
    const [broken, survived] = [await cut, await whole]
    expect([...broken.ends]).toContain('connection')
    expect([...survived.ends]).toEqual(['insufficient_quota'])
    await one.restart()
    const again = await callUntilRefused(one.openai(first.secret), 'one', 100)
    expect([...again.ends]).toEqual(['insufficient_quota'])

    await expect.poll(() => bookedTokens(second), { timeout: 5000, interval: 50 }).toBe(producedFor('two'))
    expect(survived.tokens).toBe(producedFor('two'))
    const atLeast = broken.tokens + again.tokens
    await expect.poll(() => bookedTokens(first), { timeout: 5000, interval: 50 }).toBeGreaterThanOrEqual(atLeast)
    expect(await bookedTokens(first)).toBeLessThanOrEqual(producedFor('one'))
    const spent = 1000 * ((await bookedTokens(first)) + (await bookedTokens(second)))
    expect(spent).toBeLessThanOrEqual(1_000_000)
    // Each gateway holds less than one call could cost.
    expect(spent).toBeGreaterThan(970_000)
    const { items } = await ok(avow.api().GET('/api/v1/organisations/{organisationId}/budgets', { params: { path } }))
    expect(items.find(({ id }) => id === budget.id)?.spentMicros).toBe(String(spent))
    const params = { path: { ...path, budgetId: budget.id } }
    await ok(avow.api().DELETE('/api/v1/organisations/{organisationId}/budgets/{budgetId}', { params }))
  }, 60_000)

  it('both refuse a revoked key, and both know a new model, within a second', async () => {
    const key = await createKey(avow, 'short-lived')
    const clients = [one, two].map((gateway) => gateway.openai(key.secret))
    await addModel('new', mock.url)
    for (const openai of clients) await openai.chat.completions.create({ model: 'new', messages: hello })
    const params = { path: { projectId: avow.firstRun.project.id, keyId: key.id } }
    await ok(avow.api().DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params }))
    for (const openai of clients)
      await expect
        .poll(() => errorOf(openai.models.list()), { timeout: 1000, interval: 20 })
        .toMatchObject({ status: 401 })
  })

  it('let through a limit together, not each, and hear of a change at once', async () => {
    const key = await createKey(avow, 'limited', { requestsPerMinute: 60 })
    const admitted = async (gateway: RunningGateway): Promise<number> => {
      const openai = gateway.openai(key.secret)
      const tries = Array.from({ length: 80 }, () =>
        openai.chat.completions.create({ model: 'dear', messages: hello, max_tokens: 1 }).then(
          () => 1,
          () => 0,
        ),
      )
      return (await Promise.all(tries)).reduce<number>((sum, each) => sum + each, 0)
    }
    const counts = await Promise.all([admitted(one), admitted(two)])
    const sum = counts.reduce((all, each) => all + each, 0)
    // Three gateways live, so each gave a third, and what comes back within the seconds of this test.
    expect(sum).toBeGreaterThanOrEqual(40)
    expect(sum).toBeLessThanOrEqual(60)
    const params = { path: { projectId: avow.firstRun.project.id, keyId: key.id } }
    await ok(
      avow.api().PATCH('/api/v1/projects/{projectId}/keys/{keyId}', { params, body: { requestsPerMinute: null } }),
    )
    await expect.poll(() => admitted(two), { timeout: 2000, interval: 50 }).toBe(80)
  })

  it('hold a flood of strangers off that one of them saw, until it is lifted', async () => {
    const stranger = (gateway: RunningGateway, secret: string) => errorOf(gateway.openai(secret).models.list())
    await Promise.all(Array.from({ length: 110 }, (_, n) => stranger(one, `avow_sk_guess${n}`)))
    const polled = { timeout: 1000, interval: 20 }
    await expect.poll(() => stranger(two, 'avow_sk_nobody'), polled).toMatchObject({ code: 'address_blocked' })
    const path = '/api/v1/operate/blocks'
    const { items } = await ok(avow.api().GET(path, { params: { query: { state: 'active' } } }))
    const blockId = items[0]?.id ?? ''
    await ok(avow.api().POST(`${path}/{blockId}/lift`, { params: { path: { blockId } }, body: {} }))
    await expect.poll(() => stranger(two, 'avow_sk_nobody'), polled).toMatchObject({ code: 'invalid_api_key' })
  })

  it('answer by the engine of the main process, end in order within ten seconds, and are then no more', async () => {
    const key = await createKey(avow, 'toy')
    const answer = await two.openai(key.secret).chat.completions.create({ model: 'avow-tiny', messages: hello })
    expect(answer.choices[0]?.message.content).toContain('sky')
    const { code, ms } = await two.stop()
    expect(code).toBe(0)
    expect(ms).toBeLessThan(10_000)
    expect((await gateways()).map(({ name }) => name)).toEqual(['main', 'one'])
    expect((await booked(avow, key.id)).requests).toBe(1)
  })
})
