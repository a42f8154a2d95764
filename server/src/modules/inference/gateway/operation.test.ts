import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { data, errorOf } from './test-answers.ts'
import { startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway

beforeEach(async () => {
  at = await startTestGateway()
})

afterEach(() => at.close())

test('completions and embeddings go to their place on the model’s server and are booked by what it says', async () => {
  const client = new OpenAI({ baseURL: `${at.url}/v1`, apiKey: 'sk-good', maxRetries: 0 })
  const paths: (string | undefined)[] = []
  at.upstream.answerWith(({ path }, res) => {
    paths.push(path)
    const choices = [{ index: 0, text: 'blue.', finish_reason: 'stop', logprobs: null }]
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'text_completion', choices, usage }))
  })
  const completed = await client.completions.create({ model: 'm', prompt: 'The sky is' })
  expect(completed.choices[0]?.text).toBe('blue.')
  at.upstream.answerWith(({ path }, res) => {
    paths.push(path)
    const usage = { prompt_tokens: 9, total_tokens: 9 }
    const embedding = [{ object: 'embedding', index: 0, embedding: [0.5, -0.5] }]
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data: embedding, usage }))
  })
  const embedded = await client.embeddings.create({ model: 'm', input: ['sky'], encoding_format: 'float' })
  expect(embedded.data[0]?.embedding).toEqual([0.5, -0.5])
  expect(paths).toEqual(['/v1/completions', '/v1/embeddings'])
  expect(await at.booked()).toEqual([
    expect.objectContaining({ promptTokens: 5, completionTokens: 2, estimated: false }),
    expect.objectContaining({ promptTokens: 9, completionTokens: 0, estimated: false }),
  ])
})

test('a completion streams, and without reported usage each event with text counts as a token', async () => {
  const client = new OpenAI({ baseURL: `${at.url}/v1`, apiKey: 'sk-good', maxRetries: 0 })
  const text = (one: string) => data(JSON.stringify({ object: 'text_completion', choices: [{ index: 0, text: one }] }))
  at.upstream.answerWith((_, res) =>
    res.setHeader('content-type', 'text/event-stream').end(text('') + text('bl') + text('ue.') + data('[DONE]')),
  )
  let answered = ''
  for await (const chunk of await client.completions.create({ model: 'm', prompt: 'The sky is', stream: true }))
    answered += chunk.choices[0]?.text ?? ''
  expect(answered).toBe('blue.')
  expect(await at.booked()).toMatchObject([{ completionTokens: 2, estimated: true, stream: true }])
})

test.each([
  ['completions', {}, 'prompt'],
  ['completions', { prompt: 5 }, 'prompt'],
  ['embeddings', { input: { a: 1 } }, 'input'],
  ['embeddings', { input: 'a', stream: true }, 'stream'],
])('%s of %j is refused and names the field; nothing is booked', async (operation, body, param) => {
  const response = await fetch(`${at.url}/v1/${operation}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-good' },
    body: JSON.stringify({ model: 'm', ...body }),
  })
  expect([response.status, (await errorOf(response)).param]).toEqual([400, param])
  expect(await at.booked()).toEqual([])
})
