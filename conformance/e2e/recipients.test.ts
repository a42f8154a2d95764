import { readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hello } from '../src/inference.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { exampleProvider, starterWith } from '../src/own-policy.ts'
import { failToStart, newFolder, type RunningAvow, root, startAvow } from '../src/start-avow.ts'

const canary = 'heron-canary-4711'
const asked = { model: 'third', messages: [...hello, { role: 'user', content: canary }] }

let avow: RunningAvow
let mock: MockUpstream
let connections: string

beforeAll(async () => {
  mock = await startMockUpstream()
  const folder = newFolder()
  connections = join(folder, 'connections.txt')
  avow = await startAvow({
    folder,
    env: {
      AVOW_POLICY: starterWith(exampleProvider),
      AVOW_REGION: 'DE',
      NODE_OPTIONS: `--import ${join(root, 'conformance/src/record-connections.ts')}`,
      CONNECTIONS_FILE: connections,
    },
  })
})
afterAll(async () => {
  await avow?.[Symbol.asyncDispose]()
  await mock?.[Symbol.asyncDispose]()
})

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await avow.cli([...args, '--json'])
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, unknown>
}

const chat = (model: string) =>
  fetch(`${avow.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${avow.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...asked, model }),
  })

describe('a model of a recipient that the policy lists', () => {
  it('is named to the caller, to everyone who asks, and to the person, and the border it crosses is kept', async () => {
    expect(await json('model', 'add', 'third', '--upstream', mock.url, '--recipient', 'example-ai')).toMatchObject({
      provider: 'Example Inference',
      recipient: 'example-ai',
    })
    const early = await chat('third')
    expect(early.status).toBe(403)
    expect(await early.json()).toMatchObject({ error: { code: 'provider_not_accepted' } })
    expect(await json('provider', 'accept', 'example-ai')).toMatchObject({ terms: 'https://inference.example/terms' })
    await expect.poll(async () => (await chat('third')).status).toBe(200)
    const answer = await chat('third')
    expect(decodeURIComponent(answer.headers.get('avow-provider') ?? '')).toBe('Example Inference')
    const models = await fetch(`${avow.url}/v1/models/third`, { headers: { authorization: `Bearer ${avow.apiKey}` } })
    expect(await models.json()).toMatchObject({ owned_by: 'Example Inference' })
    await expect
      .poll(() => json('privacy', 'disclosures'), { timeout: 10_000 })
      .toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({
            name: 'Example Inference',
            ground: 'processor',
            categories: ['content.inference'],
            about: 'person',
            times: 2,
          }),
        ]),
      })
    expect(await json('processor', 'show', 'example-ai')).toMatchObject({
      times: 2,
      connections: [{ what: 'model', name: 'third', state: 'allowed' }],
      sent: [{ fields: ['prompts and answers'], country: 'US', times: 2 }],
    })
    expect(await json('transfer', 'list')).toMatchObject({
      here: 'DE',
      items: [{ from: 'DE', to: 'US', safeguard: 'standard contractual clauses', times: 2 }],
    })
    expect(JSON.stringify([await json('privacy', 'disclosures'), await json('processor', 'list')])).not.toContain(
      canary,
    )
  })

  it('gets the prompt and nothing that says whose it is', () => {
    const sent = mock.produced.filter(({ model }) => model === 'third')
    expect(sent).toHaveLength(2)
    const text = JSON.stringify(sent)
    expect(text).toContain(canary)
    const { operator, organisation, project } = avow.firstRun
    for (const own of [operator.email, organisation.id, project.id, avow.apiKey]) expect(text).not.toContain(own)
  })
})

it('in the pool of a model it answers when the model’s own server does not, and only while the organisation accepts it', async () => {
  await json('model', 'add', 'pooled', '--upstream', 'http://127.0.0.1:9')
  const route = await json('route', 'add', 'pooled', '--upstream', mock.url, '--recipient', 'example-ai', '--tier', '1')
  expect(route).toMatchObject({ provider: 'Example Inference', recipient: 'example-ai', tier: 1, state: 'ready' })
  const answer = await chat('pooled')
  expect([answer.status, answer.headers.get('avow-provider')]).toEqual([200, 'Example%20Inference'])
  const models = await fetch(`${avow.url}/v1/models/pooled`, { headers: { authorization: `Bearer ${avow.apiKey}` } })
  expect(await models.json()).toMatchObject({ provider: null, third_party: true })
  const seen = mock.produced.length
  await json('provider', 'refuse', 'example-ai')
  await expect.poll(async () => (await chat('pooled')).status).toBe(502)
  expect(await (await chat('pooled')).json()).toMatchObject({ error: { code: 'upstream_unreachable' } })
  await json('route', 'set', 'pooled', 'own', '--tier', '2')
  expect((await chat('pooled')).status).toBe(502)
  expect(mock.produced.length).toBe(seen)
  await json('provider', 'accept', 'example-ai')
  await expect.poll(async () => (await chat('pooled')).status).toBe(200)
  await json('route', 'remove', 'pooled', String(route.id), '--yes')
  await expect.poll(async () => (await chat('pooled')).status).toBe(502)
})

it('a deployment plan keeps an organisation from it, within a second, and its report says so', async () => {
  const file = join(newFolder(), 'plan.yaml')
  const apply = async (...lines: string[]) => {
    writeFileSync(file, ['plan: ours', 'agreement: MSA-1', ...lines].join('\n'))
    return json('plan', 'apply', file, avow.firstRun.organisation.id, '--yes')
  }
  const code = async () => {
    const answer = await chat('third')
    const body = (await answer.json()) as { error?: { code?: string } }
    return body.error?.code ?? answer.status
  }
  const soon = { timeout: 1000, interval: 50 }
  expect(await code()).toBe(200)
  await apply('egress: []')
  await expect.poll(code, soon).toBe('plan_refused')
  await apply('regions: [DE]')
  await expect.poll(code, soon).toBe('region_refused')
  await apply('egress: [example-ai]', 'regions: [DE, US]', 'training: never')
  await expect.poll(code, soon).toBe(200)
  const { stdout } = await avow.cli(['policy', 'verify', '--of-organisation', avow.firstRun.organisation.id, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    summary: { kept: 3, broken: 0, unproven: 0 },
    clauses: [{ check: 'planned-regions' }, { check: 'planned-recipients' }, { check: 'planned-training' }],
  })
  const wrong = await avow.cli(['plan', 'lint', file.replace('plan.yaml', 'none.yaml')])
  expect(wrong.code).not.toBe(0)
  await json('plan', 'remove', avow.firstRun.organisation.id, '--yes')
  await expect.poll(code, soon).toBe(200)
})

describe('a party that the policy does not list', () => {
  it.each([
    [['--upstream', 'https://api.example.com/v1'], 'api.example.com is neither this machine nor in a private network'],
    [['--upstream', 'https://api.example.com/v1', '--recipient', 'stranger'], 'stranger is not among the recipients'],
    [['--upstream', 'http://127.0.0.1:9/v1', '--provider', 'Stranger Ltd'], 'Stranger Ltd is not among the recipients'],
  ])('is refused as a model, with what to add to the policy: %j', async (flags, why) => {
    const { code, stderr } = await avow.cli(['model', 'add', 'stranger', ...flags])
    expect(code).not.toBe(0)
    expect(stderr.replace(/\s+/g, ' ')).toContain(why)
    expect(stderr).toContain('recipients')
    expect((await chat('stranger')).status).toBe(404)
  })

  it('is refused as a mail server and as a collector of traces before the server starts', async () => {
    const { code, stderr } = await failToStart({
      AVOW_SMTP_URL: 'smtp://user:secret@mail.example.com:25',
      AVOW_OTLP_URL: 'https://traces.example.com',
      AVOW_OTLP_HEADERS: 'authorization=secret',
    })
    expect(code).toBe(1)
    expect(stderr).toContain('mail.example.com is neither this machine nor in a private network')
    expect(stderr).toContain('traces.example.com is neither this machine nor in a private network')
    expect(stderr).not.toContain('secret')
  })
})

it('a server of the operator’s own needs no recipient, and is shown as theirs', async () => {
  await json('model', 'add', 'own', '--upstream', mock.url, '--price-in', '1', '--price-out', '2')
  expect((await chat('own')).headers.get('avow-provider')).toBeNull()
  expect(await json('processor', 'list')).toMatchObject({
    own: expect.arrayContaining([expect.objectContaining({ what: 'model', name: 'own', state: 'own' })]),
    refused: [],
  })
})

it('a pinned organisation gets no model that is served elsewhere, and a pin names only where this cloud is', async () => {
  const elsewhere = await avow.cli(['organisation', 'pin', 'FR'])
  expect(elsewhere.code).not.toBe(0)
  expect(elsewhere.stderr).toContain('This cloud is in DE')
  expect(await json('organisation', 'pin', 'DE')).toMatchObject({ region: 'DE', here: 'DE' })
  await expect.poll(async () => (await chat('third')).status).toBe(403)
  expect(await (await chat('third')).json()).toMatchObject({ error: { code: 'region_refused' } })
  expect((await chat('own')).status).toBe(200)
  await json('organisation', 'pin', 'none')
  await expect.poll(async () => (await chat('third')).status).toBe(200)
})

it('every connection that the server opened was to this machine: no library goes around the gate', async () => {
  const hosts = new Set(readFileSync(connections, 'utf8').trim().split('\n'))
  const own = new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)))
  expect(hosts.size).toBeGreaterThan(0)
  expect([...hosts].filter((host) => !/^(localhost|\/.*)$/.test(host) && !own.has(host.replace(/%.*$/, '')))).toEqual(
    [],
  )
})

it('a region that the policy does not allow keeps the server from starting', async () => {
  const { code, stderr } = await failToStart({ AVOW_POLICY: 'ozekai', AVOW_REGION: 'DE' })
  expect(code).toBe(1)
  expect(stderr).toContain('DE is not among the regions of the policy (US)')
})
