import { engineParameters, type Parameter, responsesParameters } from '@avow/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { driveLangChain } from '../src/clients/langchain.ts'
import { pythonProgram } from '../src/clients/python-openai.ts'
import { driveVercelAi } from '../src/clients/vercel-ai.ts'
import { errorOf } from '../src/expect-error.ts'
import { createKey, expectBooked, hello, script, startWithMock } from '../src/inference.ts'
import type { MockUpstream } from '../src/mock-upstream.ts'
import { pythonClient, runPython } from '../src/python.ts'
import type { RunningAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream

beforeAll(async () => {
  const stage = await startWithMock()
  avow = stage.avow
  mock = stage.mock
  return stage.end
})

const answer = expect.stringMatching(/[a-z]+/)
const blue = { colour: 'blue' }

test('the Vercel AI SDK gets text, streams, objects, tools and vectors by both of its APIs, booked to the token', async () => {
  const key = await createKey(avow, 'vercel ai')
  const seen = await driveVercelAi({ url: avow.url, apiKey: key.secret })
  for (const api of [seen.chat, seen.responses])
    expect(api).toMatchObject({
      ...{ plain: answer, streamed: api.plain, objects: [blue, blue], finalTexts: [answer, answer] },
      results: [['rain in Oslo'], ['rain in Oslo']],
      secondTurn: 'word0 word1 word2',
    })
  expect(seen).toMatchObject({ vectors: [128, 128], refused: [404, false] })
  const used = [seen.chat.used, seen.responses.used].flatMap(({ real, mock }) => [real, mock])
  await expectBooked(avow, key.id, {
    ...{ requests: 21, failedRequests: 0 },
    promptTokens: used.reduce((sum, { promptTokens }) => sum + promptTokens, seen.embeddedTokens),
    completionTokens: used.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  })
})

test('LangChain invokes, streams, batches, calls tools, reads structured output and gets vectors', async () => {
  const key = await createKey(avow, 'langchain')
  const seen = await driveLangChain({ url: avow.url, apiKey: key.secret })
  const { plain } = seen
  expect(seen).toMatchObject({
    ...{ plain: answer, streamed: plain, batched: [plain, plain], byResponses: plain, completed: answer },
    ...{ objects: [blue, blue], result: 'rain in Oslo', final: answer },
    ...{ vectors: [128, 128], refused: [404, 'model_not_found'] },
  })
  const [counted] = seen.usages
  expect(counted?.output_tokens).toBeGreaterThan(0)
  for (const usage of seen.usages)
    expect(usage).toMatchObject({ input_tokens: counted?.input_tokens, output_tokens: counted?.output_tokens })
  await expectBooked(avow, key.id, { requests: 11, failedRequests: 0 })
})

test('what the clients did is in the live figures of their project by key, and the operator sees it without keys', async () => {
  const key = await createKey(avow, 'watched')
  const stream = await key.openai.chat.completions.create({ model: 'avow-tiny', messages: hello, stream: true })
  for await (const _ of stream);
  await errorOf(key.openai.chat.completions.create({ model: 'mock', messages: script({ status: 503 }) }))
  const { rows } = JSON.parse((await avow.cli(['live', '--by', 'key', '--json'])).stdout)
  expect(rows.find(({ keyId }: { keyId: string }) => keyId === key.id)).toMatchObject({
    ...{ keyName: 'watched', requests: 2, refused: 0, inFlight: 0 },
    errors: [{ kind: 'upstream_unavailable', count: 1 }],
    ...{ firstTokenMs: { p50: expect.any(Number) }, queuedMs: { p95: expect.any(Number) } },
    tokensPerSecond: expect.any(Number),
  })
  const cloud = JSON.parse((await avow.cli(['live', '--whole-cloud', '--json'])).stdout)
  expect(cloud.rows.map(({ model }: { model: string }) => model).sort()).toEqual(['avow-tiny', 'mock'])
  expect(JSON.stringify(cloud)).not.toContain(key.id)
})

describe('the table of parameters in the documentation', () => {
  const settings = { model: 'avow-tiny', messages: hello, max_tokens: 4 }
  const askRaw = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${avow.apiKey}`, 'content-type': 'application/json' }
    const answered = await fetch(`${avow.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const { error } = (await answered.json()) as { error?: { param: string; code: string } | null }
    return error == null ? 'taken' : [answered.status, error.code, error.param]
  }

  test.each(
    Object.entries<Parameter>(engineParameters),
  )('is true of %s in a chat of the embedded engine', async (name, of) => {
    const ask = (value: unknown) => askRaw('/v1/chat/completions', { ...settings, [name]: value })
    const refusal = [400, 'unsupported_parameter', name]
    expect(await ask(of.example)).toEqual(of.support === 'refused' ? refusal : 'taken')
    if (of.idle !== undefined) expect(await ask(of.idle)).toBe('taken')
  })

  test.each(Object.entries<Parameter>(responsesParameters))('is true of %s in a response', async (name, of) => {
    const body = { model: 'mock', input: 'Hello' }
    const seen = mock.produced.length
    const ask = (value: unknown) =>
      askRaw('/v1/responses', { ...body, model: 'mock', [name]: name === 'model' ? 'mock' : value })
    const refusal = [400, 'unsupported_parameter', name]
    expect(await ask(of.example)).toEqual(of.support === 'refused' ? refusal : 'taken')
    if (of.support === 'passed') expect(mock.produced[seen]?.body).toMatchObject({ [name]: of.example })
    if (of.idle !== undefined) expect(await ask(of.idle)).toBe('taken')
  })

  test('is all there is: other servers get every parameter as it came, and what nobody knows is refused and named', async () => {
    const { model: _, messages: __, ...others } = engineParameters
    const given = Object.fromEntries(Object.entries<Parameter>(others).map(([name, { example }]) => [name, example]))
    const odd = { a_parameter_of_tomorrow: { deep: [1] } }
    const seen = mock.produced.length
    expect(await askRaw('/v1/chat/completions', { ...given, ...odd, model: 'mock', messages: hello })).toBe('taken')
    expect(mock.produced[seen]?.body).toEqual({ ...given, ...odd, model: 'mock', messages: hello })
    const name = 'a_parameter_of_tomorrow'
    expect(await askRaw('/v1/chat/completions', { ...settings, ...odd })).toEqual([400, 'unsupported_parameter', name])
    const response = { model: 'mock', input: 'Hello', ...odd }
    expect(await askRaw('/v1/responses', response)).toEqual([400, 'unknown_parameter', name])
  })
})

test('the official Python client gets plain and streamed answers and responses, a batch, models and typed errors', async ({
  skip,
}) => {
  const client = await pythonClient()
  if ('missing' in client) return skip(client.missing)
  const key = await createKey(avow, 'python')
  const output = JSON.parse(
    await runPython(client.folder, pythonProgram, { OPENAI_BASE_URL: `${avow.url}/v1`, OPENAI_API_KEY: key.secret }),
  )
  expect(output.plain).toMatch(/[a-z]+/)
  expect(output).toMatchObject({ streamed: output.plain, refused: 'model_not_found', wrong_key: 'invalid_api_key' })
  expect(output.models).toContain('avow-tiny')
  const [plain, streamed] = output.usages
  expect(streamed).toMatchObject({ prompt_tokens: plain.prompt_tokens, completion_tokens: plain.completion_tokens })
  const { usage } = output.batched
  expect(output.batched).toMatchObject({ answer: 'one', metadata: { of: 'python' }, deleted: true, listed: true })
  expect(output.responses).toEqual([output.plain, output.plain])
  expect(output).toMatchObject({
    events: ['response.created', 'response.completed'],
    not_stored: 'store_not_allowed',
    not_read: 'policy_refused',
  })
  for (const { input_tokens, output_tokens } of output.response_usages)
    expect([input_tokens, output_tokens]).toEqual([plain.prompt_tokens, plain.completion_tokens])
  await expectBooked(avow, key.id, {
    requests: 5,
    promptTokens: 4 * plain.prompt_tokens + usage.prompt_tokens,
    completionTokens: 4 * plain.completion_tokens + usage.completion_tokens,
  })
})
