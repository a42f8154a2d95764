import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Response, ResponseItem } from 'openai/resources/responses/responses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newCanary } from '../src/clauses/plant-canaries.ts'
import { searchFiles } from '../src/clauses/search-files.ts'
import { runJson } from '../src/clauses/story.ts'
import { errorOf } from '../src/expect-error.ts'
import { addModel, createKey, type TestKey } from '../src/inference.ts'
import { bodiesOf, type Customer, newCustomer, ownBodies, starterWithBodies } from '../src/kept-bodies.ts'
import { createKeys, differences, sendLoad, untilReceived } from '../src/load.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { createPerson, failure, ok } from '../src/people.ts'
import { drain, scriptedCalls } from '../src/scripted-calls.ts'
import { newFolder, type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream
let key: TestKey
beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow({
    env: { AVOW_ENGINE: 'off', AVOW_POLICY: starterWithBodies(), AVOW_LOG_LEVEL: 'trace', AVOW_BACKUP_EVERY: 'off' },
  })
  await addModel(avow, 'mock', mock.url)
  key = await createKey(avow, 'bodies')
})
afterAll(async () => {
  await avow[Symbol.asyncDispose]()
  await mock[Symbol.asyncDispose]()
})

const { ask, respond, callInEveryWay, respondInEveryWay } = scriptedCalls(() => key.openai)

const inClear = (text: string): readonly string[] => searchFiles(avow.folder, [text]).found.get(text) ?? []

describe('bodies of calls', () => {
  it('are not kept until the project says so', async () => {
    const name = newCanary()
    await ask(name)
    expect(await ownBodies(avow).keeping()).toMatchObject({
      keep: false,
      refusal: null,
      periodMax: 'P30D',
      changedAt: null,
    })
    expect((await ownBodies(avow).list()).items).toEqual([])
  })

  it('are kept for its people from then on: what was asked, what was answered, also in part', async () => {
    const bodies = ownBodies(avow)
    const set = await ok(bodies.keep(true, 'P7D'))
    expect(set).toMatchObject({ keep: true, period: 'P7D', changedBy: expect.stringMatching(/^per_/) })
    const name = newCanary()
    await ask(name, { tokens: 3 })
    await drain(ask(name, { tokens: 2 }, { stream: true }))
    const leaving = (await ask(name, { tokens: 500, delayMs: 5 }, { stream: true })) as AsyncIterable<unknown>
    let seen = 0
    for await (const _ of leaving) if (++seen === 4) break
    await errorOf(ask(name, { status: 500 }))
    await expect.poll(async () => (await bodies.list()).items.length).toBe(4)
    const { items } = await bodies.list()
    const shown = await Promise.all(items.map(async ({ id }) => ok(bodies.get(id))))
    for (const { request } of shown) expect(JSON.parse(request)).toMatchObject({ model: 'mock' })
    for (const { request } of shown) expect(request).toContain(name)
    const [failed, left, streamed, plain] = shown
    expect(JSON.parse(plain?.response ?? '')).toMatchObject({
      choices: [{ message: { content: 'word0 word1 word2' } }],
    })
    expect(plain).toMatchObject({ status: 200, outcome: 'completed', stream: false, isCut: false, keyId: key.id })
    expect(streamed?.response).toMatch(/^data: [\s\S]*word0[\s\S]*data: \[DONE\]\n\n$/)
    expect(left).toMatchObject({ outcome: 'client_gone', response: expect.stringContaining('word1') })
    expect(left?.response).not.toContain('[DONE]')
    expect(failed).toMatchObject({ outcome: 'upstream_failed', response: expect.stringContaining('"error"') })
    expect(inClear(name)).toEqual([])
  })

  it('are found by time, key, model and status, page by page, and never by what is in them', async () => {
    const bodies = ownBodies(avow)
    const all = (await bodies.list()).items
    expect((await bodies.list({ status: 502 })).items.map(({ outcome }) => outcome)).toEqual(['upstream_failed'])
    expect((await bodies.list({ outcome: 'client_gone' })).items.map(({ id }) => id)).toEqual([all[1]?.id])
    expect((await bodies.list({ model: 'another' })).items).toEqual([])
    const first = await bodies.list({ limit: 3 })
    const second = await bodies.list({ limit: 3, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items]).toEqual(all)
    expect(second.nextCursor).toBeNull()
    for (const one of all) expect(JSON.stringify(one)).not.toContain('canary')
    const shown = JSON.parse((await avow.cli(['body', 'list', '--status', '502', '--json'])).stdout)
    expect(shown.items).toEqual([all[0]])
  })

  it('are reached by nobody else: neither a stranger nor the operator’s staff', async () => {
    const [first] = (await ownBodies(avow).list()).items
    const stranger = await createPerson(avow, 'stranger')
    const foreign = bodiesOf(stranger.api, avow.firstRun.project.id)
    expect(await failure(foreign.get(first?.id ?? ''))).toEqual({ status: 404, code: 'not_found' })
    expect(await failure(foreign.keep(false))).toEqual({ status: 404, code: 'not_found' })
    // The operator's own session at somebody else's project.
    const { items } = await ok(stranger.api.GET('/api/v1/organisations'))
    const organisationId = items[0]?.id ?? ''
    const projects = await ok(
      stranger.api.GET('/api/v1/organisations/{organisationId}/projects', { params: { path: { organisationId } } }),
    )
    const theirs = bodiesOf(avow.api(), projects.items[0]?.id ?? '')
    expect(await failure(theirs.keep(true))).toEqual({ status: 404, code: 'not_found' })
    expect(await failure(theirs.get(first?.id ?? ''))).toEqual({ status: 404, code: 'not_found' })
  })

  it('are not kept of a request that says `store: false`, however it ends, nor are they anywhere else', async () => {
    const name = newCanary()
    const before = (await ownBodies(avow).list()).items
    await Promise.all([callInEveryWay(name, { store: false }), respondInEveryWay(name, { store: false })])
    await sleep(1000)
    expect((await ownBodies(avow).list()).items).toEqual(before)
    const { stdout, stderr } = avow.output()
    expect([inClear(name), stdout.includes(name), stderr.includes(name)]).toEqual([[], false, false])
    const wrong = await errorOf(ask(name, {}, { store: 'false' }))
    expect(wrong).toMatchObject({ status: 400, param: 'store' })
  })

  it('go one by one or all at once when the project wants it', async () => {
    const bodies = ownBodies(avow)
    const [first, ...others] = (await bodies.list()).items
    expect((await bodies.remove(first?.id ?? '')).response.status).toBe(204)
    expect(await failure(bodies.get(first?.id ?? ''))).toEqual({ status: 404, code: 'not_found' })
    expect(await failure(bodies.remove(first?.id ?? ''))).toEqual({ status: 404, code: 'not_found' })
    expect(await bodies.removeAll()).toEqual({ removed: others.length, held: 0 })
    expect((await bodies.list()).items).toEqual([])
  })

  it('are not kept any more once the project says so, however a call ends', async () => {
    const bodies = ownBodies(avow)
    const name = newCanary()
    expect(await ok(bodies.keep(false))).toMatchObject({ keep: false, period: null })
    await Promise.all([callInEveryWay(name), respondInEveryWay(name)])
    await sleep(1000)
    expect((await bodies.list()).items).toEqual([])
    const { stdout, stderr } = avow.output()
    expect([inClear(name), stdout.includes(name), stderr.includes(name)]).toEqual([[], false, false])
  })

  it('are kept for no longer than the policy lets them, and a wish for more is refused and recorded', async () => {
    const bodies = ownBodies(avow)
    for (const period of ['P31D', 'P1Y'])
      expect(await failure(bodies.keep(true, period))).toEqual({ status: 403, code: 'policy_refused' })
    for (const period of ['a week', 'PT0S', '-P1D'])
      expect(await failure(bodies.keep(true, period))).toEqual({ status: 400, code: 'invalid_request' })
    expect(await bodies.keeping()).toMatchObject({ keep: false })
    const cli = await avow.cli(['body', 'keep', '--for', 'P31D'])
    expect([cli.code, cli.stderr]).toEqual([1, expect.stringContaining('30 days at most')])
  })
})

describe('stored responses', () => {
  it('are there for the project’s keys, sealed, and gone at once when one says so', async () => {
    const bodies = ownBodies(avow)
    const stranger = await newCustomer(avow)
    expect(await respond('before')).toMatchObject({ store: false, status: 'completed' })
    expect(await errorOf(respond('before', {}, { store: true }))).toMatchObject({
      status: 400,
      code: 'store_not_allowed',
    })
    await ok(bodies.keep(true))
    const name = newCanary()
    const { responses } = key.openai
    const first = (await respond(name, { tokens: 2 }, { metadata: { of: name } })) as Response
    expect(first).toMatchObject({ store: true, output_text: 'word0 word1' })
    expect(await responses.retrieve(first.id)).toEqual(first)
    const items: ResponseItem[] = []
    for await (const item of responses.inputItems.list(first.id)) items.push(item)
    expect(items).toMatchObject([{ role: 'user', content: [{ text: expect.stringContaining(name) }] }])
    const second = (await respond('second', {}, { previous_response_id: first.id })) as Response
    expect(mock.produced.at(-1)?.body).toMatchObject({ messages: [{}, { content: 'word0 word1' }, {}] })
    expect(mock.produced.at(-1)?.body).not.toHaveProperty('store')
    const foreign = stranger.openai.responses
    expect(await errorOf(foreign.retrieve(first.id))).toMatchObject({ status: 404 })
    expect(await errorOf(foreign.delete(first.id))).toMatchObject({ status: 404 })
    expect(await errorOf(foreign.inputItems.list(first.id))).toMatchObject({ status: 404 })
    const listed = JSON.parse((await avow.cli(['response', 'list', '--json'])).stdout)
    expect(listed.items.map(({ id }: Response) => id)).toEqual([second.id, first.id])
    expect((await avow.cli(['response', 'show', first.id])).stdout).toContain('word0 word1')
    expect(inClear(name)).toEqual([])
    await responses.delete(first.id)
    expect((await avow.cli(['response', 'delete', second.id, '--yes'])).code).toBe(0)
    for (const { id } of [first, second]) expect(await errorOf(responses.retrieve(id))).toMatchObject({ status: 404 })
    expect((await bodies.list()).items).toEqual([])
    await ok(bodies.keep(false))
  })
})

describe('whose bodies they are', () => {
  const callOnce = async ({ openai, bodies }: Customer, text: string): Promise<string> => {
    await ok(bodies.keep(true))
    await openai.chat.completions.create({
      model: 'mock',
      messages: [{ role: 'user', content: JSON.stringify({ name: text }) }],
    })
    const [first] = (await bodies.list()).items
    return first?.id ?? ''
  }

  it('a person has them in the copy of their data, and nobody has them after the erasure', async () => {
    const customer = await newCustomer(avow)
    const { person, bodies } = customer
    const text = newCanary()
    const id = await callOnce(customer, text)
    const folder = newFolder()
    const archive = join(folder, 'me.tar.gz')
    const taken = await avow.cli(['privacy', 'export', '--me', '--out', archive, '--token', person.token])
    expect(taken.code, taken.stderr).toBe(0)
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    expect(readFileSync(join(folder, 'data/kept_call.jsonl'), 'utf8')).toContain(text)

    const { confirmation, organisations } = await ok(person.api.GET('/api/v1/me/erasure/preview'))
    const closeOrganisations = organisations.map((one) => one.id)
    const body = { password: person.password, confirmation, delay: 'PT1S', closeOrganisations }
    const { receiptToken } = await ok(person.api.POST('/api/v1/me/erasure', { body }))
    const params = { path: { token: receiptToken ?? '' } }
    const receipt = () => ok(avow.api(null).GET('/api/v1/privacy/receipts/{token}', { params }))
    await expect.poll(async () => (await receipt()).state, { timeout: 60_000, interval: 250 }).toBe('done')
    expect((await failure(bodies.get(id))).status).toBe(401)
    expect(inClear(text)).toEqual([])
    const operator = await ok(avow.api().POST('/api/v1/privacy/report'))
    expect(operator.clauses.filter(({ state }) => state === 'broken')).toEqual([])
  })

  it('a legal hold keeps them from being deleted, and its release lets them go', async () => {
    const customer = await newCustomer(avow)
    const id = await callOnce(customer, newCanary())
    const placed = await runJson(
      avow,
      'hold',
      'create',
      '--of-organisation',
      customer.organisationId,
      '--ground',
      'dispute',
    )
    expect(await failure(customer.bodies.remove(id))).toEqual({ status: 409, code: 'conflict' })
    expect(await customer.bodies.removeAll()).toEqual({ removed: 0, held: 1 })
    await runJson(avow, 'hold', 'release', placed.id, '--yes')
    expect(await customer.bodies.removeAll()).toEqual({ removed: 1, held: 0 })
  })

  it('an agreement that forbids them is heard at once, and one that shortens their time binds the project', async () => {
    const customer = await newCustomer(avow)
    const { organisationId, bodies, openai } = customer
    const apply = (setting: string) => {
      const source = `plan: bodies\nagreement: MSA-1\n${setting}\n`
      const params = { path: { organisationId } }
      return ok(avow.api().POST('/api/v1/privacy/plans/{organisationId}', { params, body: { source } }))
    }
    await apply('retention: { inference.body: P5D }')
    expect(await failure(bodies.keep(true, 'P6D'))).toEqual({ status: 403, code: 'policy_refused' })
    await callOnce(customer, newCanary())
    await apply('bodies: never')
    await bodies.removeAll()
    expect(await bodies.keeping()).toMatchObject({ keep: false, refusal: expect.stringContaining('deployment plan') })
    const refused = async () => {
      await openai.chat.completions.create({ model: 'mock', messages: [{ role: 'user', content: 'anything' }] })
      return (await bodies.list()).items.length
    }
    await expect.poll(refused, { timeout: 3000 }).toBe(0)
    expect(await failure(bodies.keep(true))).toEqual({ status: 403, code: 'policy_refused' })
  })
})

describe('a kill of the server', () => {
  it('with bodies under way leaves none in clear on the disk, none half readable, and the books exact', async () => {
    const bodies = ownBodies(avow)
    await ok(bodies.keep(true))
    const canary = newCanary()
    const start = mock.produced.length
    const load = sendLoad(await createKeys(avow, 80), {
      ask: (name) => ({ model: 'mock', content: JSON.stringify({ tokens: 30, delayMs: 15, name, canary }) }),
      overMs: 1500,
    })
    const responses = Array.from({ length: 20 }, (_, index) =>
      errorOf(drain(respond(canary, { tokens: 5 * index, delayMs: 15 }, { stream: true }))).catch(() => undefined),
    )
    await untilReceived(load.received, { complete: 10 })
    // What is asked for is written: so some are in the database, and others on their way, when the kill comes.
    expect((await bodies.list()).items.length).toBeGreaterThan(0)
    await untilReceived(load.received, { complete: 25, partial: 8 })
    await avow.kill9()
    await Promise.all([load.done, ...responses])
    expect(inClear(canary)).toEqual([])
    await avow.restart()
    const producedBy = new Map(mock.produced.slice(start).map((row) => [row.name, row.completionTokens]))
    const wrong = () => differences(avow, load.received, (name) => producedBy.get(name) ?? 0)
    await expect.poll(wrong, { timeout: 30_000, interval: 250 }).toEqual([])
    expect(inClear(canary)).toEqual([])

    const { items } = await bodies.list({ limit: 200 })
    expect(new Set(items.map(({ operation }) => operation))).toEqual(new Set(['chat.completions', 'responses']))
    for (const { id } of items) {
      const { request, response, stream, operation } = await ok(bodies.get(id))
      expect(JSON.stringify(JSON.parse(request))).toContain(canary)
      if (operation === 'responses') expect(JSON.parse(response ?? '')).toMatchObject({ object: 'response' })
      else if (!stream) expect(JSON.parse(response ?? '')).toMatchObject({ object: 'chat.completion' })
    }
    const { stdout, stderr } = avow.output()
    expect((stdout + stderr).includes(canary)).toBe(false)
  })
})
