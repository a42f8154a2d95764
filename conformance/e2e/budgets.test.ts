import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf } from '../src/expect-error.ts'
import { createKey, openaiClient, type TestKey } from '../src/inference.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { createPerson, failure, ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream
beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow({ env: { AVOW_ENGINE: 'off', AVOW_BACKUP_EVERY: 'off' } })
  // A token of an answer costs a thousandth of the currency; prompts cost nothing.
  const prices = { promptMicrosPerMillionTokens: '0', completionMicrosPerMillionTokens: '1000000000' }
  await ok(avow.api().POST('/api/v1/operate/models', { body: { id: 'dear', upstream: mock.url, ...prices } }))
})
afterAll(async () => {
  await avow[Symbol.asyncDispose]()
  await mock[Symbol.asyncDispose]()
})

const path = '/api/v1/organisations/{organisationId}/budgets'
const place = () => ({ organisationId: avow.firstRun.organisation.id })
const budgets = async () => (await ok(avow.api().GET(path, { params: { path: place() } }))).items
const setBudget = (body: { limitMicros: string; projectId?: string; keyId?: string; thresholds?: number[] }) =>
  avow.api().POST(path, { params: { path: place() }, body })
const costOf = async (keyId: string): Promise<string> => {
  const params = { path: { projectId: avow.firstRun.project.id }, query: { since: '2020-01-01T00:00:00Z', keyId } }
  return (await ok(avow.api().GET('/api/v1/projects/{projectId}/usage', { params }))).totals.costMicros
}

/** A call whose answer has five tokens, and could have had ten. */
const call = async (key: TestKey, stream: boolean): Promise<void> => {
  const asked = {
    model: 'dear',
    max_tokens: 10,
    messages: [{ role: 'user' as const, content: JSON.stringify({ tokens: 5, delayMs: 10 }) }],
  }
  if (!stream) await key.openai.chat.completions.create(asked)
  else for await (const _ of await key.openai.chat.completions.create({ ...asked, stream: true }));
}

/** Clients that call one after another until each has met an error that does not pass. */
const callUntilRefused = async (key: TestKey, clients: number): Promise<Set<string>> => {
  const ends = new Set<string>()
  const client = async (_: unknown, index: number): Promise<void> => {
    for (;;) {
      try {
        await call(key, index % 2 === 0)
      } catch (error) {
        ends.add((error as { code?: string | null }).code ?? 'connection')
        return
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return ends
}

describe('a monthly budget', () => {
  it('of 1.00 is not overspent by 200 clients at once, nor by a kill -9 in the middle, and the books say the same', async () => {
    const key = await createKey(avow, 'budgeted')
    await ok(setBudget({ limitMicros: '1000000', keyId: key.id }))
    const before = mock.totals().requests
    const cut = callUntilRefused(key, 200)
    await expect.poll(() => mock.totals().requests - before, { interval: 5, timeout: 20_000 }).toBeGreaterThan(60)
    await avow.kill9()
    expect([...(await cut)]).toContain('connection')
    await avow.restart()
    expect([...(await callUntilRefused(key, 200))]).toEqual(['insufficient_quota'])

    const [budget] = await budgets()
    expect(budget).toMatchObject({ scope: 'key', keyId: key.id, limitMicros: '1000000', reservedMicros: '0' })
    expect(Number(budget?.spentMicros)).toBeLessThanOrEqual(1_000_000)
    // Less is left than one call could cost.
    expect(Number(budget?.spentMicros)).toBeGreaterThan(990_000)
    expect(await costOf(key.id)).toBe(budget?.spentMicros)
    expect(Number(budget?.leftMicros)).toBe(1_000_000 - Number(budget?.spentMicros))
  }, 120_000)

  it('refuses as OpenAI does, and says which budget, what is left and who can raise it', async () => {
    const key = await createKey(avow, 'poor')
    await ok(setBudget({ limitMicros: '9000', keyId: key.id }))
    const error = await errorOf(call(key, false))
    expect(error).toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' })
    const { message } = error as unknown as { message: string }
    for (const part of [key.id, '0.009 EUR of it is left', 'could cost 0.01 EUR', 'owner, admin or billing person'])
      expect(message).toContain(part)
    expect(message).toContain(`avow budgets set AMOUNT --of ${key.id}`)
    const free = await createKey(avow, 'free')
    await call(free, true)
  })

  it('is set, shown, changed and removed by the command line, and holds for the very next call', async () => {
    const key = await createKey(avow, 'by hand')
    const run = async (...words: string[]) => JSON.parse((await avow.cli(['budgets', ...words, '--json'])).stdout)
    expect(await run('set', '0.02', '--of', key.id, '--tell', '90,100')).toMatchObject({
      keyId: key.id,
      limitMicros: '20000',
      thresholds: [90, 100],
    })
    await call(key, false)
    const changed = await run('set', '0.01', '--of', key.id)
    expect(changed).toMatchObject({ limitMicros: '10000', spentMicros: '5000', thresholds: [90, 100] })
    expect(await errorOf(call(key, false))).toMatchObject({ code: 'insufficient_quota' })
    const listed = (await run('list')).items as { id: string; keyId: string; refusedAt: string | null }[]
    expect(listed.find(({ keyId }) => keyId === key.id)).toMatchObject({ id: changed.id, spentMicros: '5000' })
    expect((await avow.cli(['budgets', 'list'])).stdout).toContain('0.005 EUR')
    await run('remove', changed.id, '--yes')
    await call(key, false)
    const wrong = await avow.cli(['budgets', 'set', 'much'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('not an amount of money')])
  }, 60_000)

  it('covers a project and an organisation as well: the tightest one stops', async () => {
    const projectId = avow.firstRun.project.id
    const key = await createKey(avow, 'in the project')
    const project = await ok(setBudget({ limitMicros: '500000000', projectId }))
    const whole = await ok(setBudget({ limitMicros: '0' }))
    expect([project.scope, whole.scope]).toEqual(['project', 'organisation'])
    expect(await failure(setBudget({ limitMicros: '5' }))).toMatchObject({ status: 409, code: 'already_exists' })
    const error = await errorOf(call(key, false))
    expect(error).toMatchObject({ code: 'insufficient_quota', message: expect.stringContaining('of the organisation') })
    const one = { params: { path: { ...place(), budgetId: whole.id } } }
    await ok(avow.api().PATCH(`${path}/{budgetId}`, { ...one, body: { limitMicros: '600000000' } }))
    await call(key, false)
    const shown = await budgets()
    expect(shown.map(({ scope }) => scope).slice(0, 2)).toEqual(['organisation', 'project'])
    expect(shown[1]?.spentMicros).toBe(shown[0]?.spentMicros)
  })

  it('is nobody else’s to see, and is set for what is the organisation’s own, with amounts that are amounts', async () => {
    const stranger = await createPerson(avow, 'stranger')
    const foreign = await failure(stranger.api.GET(path, { params: { path: place() } }))
    expect(foreign.status).toBe(404)
    const others = await failure(setBudget({ limitMicros: '1', projectId: 'prj_of_others' }))
    expect(others).toMatchObject({ status: 400, code: 'invalid_request' })
    for (const limitMicros of ['-1', '1.5', 'all', '9'.repeat(16)])
      expect(await failure(setBudget({ limitMicros }))).toMatchObject({ status: 400 })
  })

  it('tells owners by mail when a threshold is reached, once', async () => {
    const told = async () => {
      const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { limit: 100 } } }))
      return items.filter(({ kind }) => kind === 'budget')
    }
    await expect.poll(async () => (await told()).length, { timeout: 90_000, interval: 1000 }).toBeGreaterThan(0)
    expect((await budgets()).flatMap(({ alerts }) => alerts).length).toBeGreaterThan(0)
    const subjects = (await told()).map(({ subject }) => subject)
    expect(subjects).toContain('A budget refuses calls')
  }, 120_000)
})

it('lets calls stop where a prepaid balance ends, and go on after a top-up by the operator', async () => {
  const { api } = await createPerson(avow, 'payer')
  const [home] = (await ok(api.GET('/api/v1/organisations'))).items
  const place = { path: { organisationId: home?.id ?? '' } }
  const at = '/api/v1/organisations/{organisationId}/balance'
  const [project] = (await ok(api.GET('/api/v1/organisations/{organisationId}/projects', { params: place }))).items
  const made = await ok(
    api.POST('/api/v1/projects/{projectId}/keys', {
      params: { path: { projectId: project?.id ?? '' } },
      body: { name: 'prepaid' },
    }),
  )
  const secret = made.secret ?? ''
  const key = { id: made.id, secret, openai: openaiClient(avow, secret) }
  expect(await ok(api.GET(at, { params: place }))).toEqual({ balance: null })
  const run = async (...words: string[]) => JSON.parse((await avow.cli(['balance', ...words, '--json'])).stdout)
  const { organisationId } = place.path
  expect(await run('top-up', organisationId, '0.012', '--invoice', 'INV-1')).toMatchObject({ leftMicros: '12000' })
  await call(key, false)
  const error = await errorOf(call(key, true))
  expect(error).toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' })
  for (const part of ["0.007 EUR of the organisation's prepaid balance is left", 'could cost 0.01 EUR'])
    expect((error as unknown as { message: string }).message).toContain(part)
  // What is asked for is booked first.
  expect(await ok(api.GET(at, { params: place }))).toMatchObject({ balance: { spentMicros: '5000' } })
  await run('top-up', organisationId, '0.01', '--reason', 'credit')
  await call(key, true)

  const { balance } = await ok(api.GET(at, { params: place }))
  expect(balance).toMatchObject({
    balanceMicros: '12000',
    spentMicros: '5000',
    lastTopUpMicros: '17000',
    refusedAt: null,
  })
  const params = { ...place, query: { limit: 2 } }
  const first = await ok(api.GET(`${at}/history`, { params }))
  const query = { limit: 2, cursor: first.nextCursor ?? '' }
  const rest = await ok(api.GET(`${at}/history`, { params: { ...place, query } }))
  const entries = [...first.items, ...rest.items].map((one) => [one.kind, one.amountMicros, one.balanceMicros])
  expect(entries).toEqual([
    ['credit', '10000', '17000'],
    ['usage', '5000', '7000'],
    ['payment', '12000', '12000'],
  ])
  const own = await failure(
    api.POST('/api/v1/operate/balances/{organisationId}/top-ups', {
      params: place,
      body: { amountMicros: '1', reason: 'payment' },
    }),
  )
  expect(own).toMatchObject({ status: 403, code: 'forbidden' })
  const budgets = await ok(api.GET(path, { params: place }))
  expect(budgets.items).toEqual([])
  for (const amount of ['0', 'much', '99'])
    expect((await avow.cli(['balance', 'top-up', organisationId, amount, '--take-back'])).code).not.toBe(0)
  expect((await run('list')).items).toMatchObject([{ organisationId, leftMicros: '12000' }])
  await run('end', organisationId, '--yes')
  await call(key, false)
  expect((await run('history', '--of', organisationId)).items[0]).toMatchObject({
    kind: 'ended',
    amountMicros: '12000',
  })
}, 60_000)
