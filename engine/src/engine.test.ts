import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const engineDir = join(import.meta.dirname, '..')
const longQuestion = { messages: [{ role: 'user', content: 'Count to two hundred.' }], temperature: 0 }
const shortQuestion = { messages: [{ role: 'user', content: 'What colour is the sky?' }], temperature: 0 }

interface Finished {
  readonly outcome: string
  readonly promptTokens: number
  readonly completionTokens: number
}

interface Engine {
  readonly child: ChildProcess
  readonly base: string
  readonly finished: Finished[]
}

async function startEngine(...options: string[]): Promise<Engine> {
  const args = ['src/main.ts', '--model', 'models/avow-tiny.gguf', '--id', 'tiny', ...options]
  const child = spawn(process.execPath, args, {
    cwd: engineDir,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { AVOW_ENGINE_TOKEN: 'secret' },
  })
  const finished: Finished[] = []
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the engine ended before it was ready')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { event: string; port: number } & Finished
      if (event.event === 'ready') resolve(event.port)
      else finished.push(event)
    })
  })
  return { child, base: `http://127.0.0.1:${port}`, finished }
}

const post = (engine: Engine, body: object, init: RequestInit = {}) =>
  fetch(`${engine.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret' },
    body: JSON.stringify({ model: 'tiny', ...body }),
    ...init,
  })

interface Answer {
  choices: { message: { content: string }; finish_reason: string }[]
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
}

async function ask(engine: Engine, body: object): Promise<{ text: string; reason: string; usage: Answer['usage'] }> {
  const answer = (await (await post(engine, body)).json()) as Answer
  return {
    text: answer.choices[0]?.message.content ?? '',
    reason: answer.choices[0]?.finish_reason ?? '',
    usage: answer.usage,
  }
}

const health = async (engine: Engine): Promise<{ active: number; queued: number }> => {
  const answer = await fetch(`${engine.base}/health`, { headers: { authorization: 'Bearer secret' } })
  return (await answer.json()) as { active: number; queued: number }
}

const code = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { code: string } }).error.code

describe.runIf(existsSync(join(engineDir, 'node_modules/node-llama-cpp')))('the engine', () => {
  let engine: Engine
  let client: OpenAI

  beforeAll(async () => {
    engine = await startEngine('--parallel', '2', '--queue', '300', '--context', '1024')
    client = new OpenAI({ baseURL: `${engine.base}/v1`, apiKey: 'secret', maxRetries: 0 })
  })
  afterAll(() => {
    engine.child.kill('SIGKILL')
  })
  afterEach(async () => {
    await expect.poll(() => health(engine)).toMatchObject({ active: 0, queued: 0 })
  })

  it('answers the official client, with exact counts', async () => {
    const answer = await client.chat.completions.create({
      model: 'tiny',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
      temperature: 0,
    })
    expect(answer.choices[0]?.message.content).toBe('The capital of France is Paris.')
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage).toEqual({ prompt_tokens: 18, completion_tokens: 12, total_tokens: 30 })
    await expect
      .poll(() => engine.finished.at(-1))
      .toMatchObject({ outcome: 'stop', promptTokens: 18, completionTokens: 12 })
  })

  it('streams to the official client the same text and the same counts', async () => {
    const whole = await ask(engine, longQuestion)
    const stream = await client.chat.completions.create({
      model: 'tiny',
      messages: [{ role: 'user', content: 'Count to two hundred.' }],
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(whole.text)
    expect(chunks.at(-1)?.usage).toEqual(whole.usage)
    expect(chunks.at(-1)?.choices).toEqual([])
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
    expect(whole.usage.completion_tokens).toBeGreaterThan(300)
  })

  it('completes a prompt as it is, plain and streamed, with the same counts', async () => {
    const question = { model: 'tiny', prompt: 'The capital of France is', temperature: 0, max_tokens: 6 }
    const whole = await client.completions.create(question)
    expect(whole).toMatchObject({ object: 'text_completion', usage: { completion_tokens: expect.any(Number) } })
    expect(whole.choices[0]?.text.length).toBeGreaterThan(0)
    expect(whole.usage?.completion_tokens).toBeLessThanOrEqual(6)
    const stream = await client.completions.create({
      ...question,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? ''
      usage = chunk.usage ?? usage
    }
    expect([text, usage]).toEqual([whole.choices[0]?.text, whole.usage])
    const unlimited = await client.completions.create({ model: 'tiny', prompt: 'Count:', ignore_eos: true } as never)
    expect(unlimited.usage?.completion_tokens).toBe(16)
  })

  it('gives a vector of length one for each text, nearer for texts that are alike, the same as floats and as base64', async () => {
    const input = ['What colour is the sky?', 'What is the colour of the sky?', 'Count to two hundred.']
    const { data, usage } = await client.embeddings.create({ model: 'tiny', input, encoding_format: 'float' })
    const dot = (a: number, b: number) =>
      (data[a]?.embedding ?? []).reduce((sum, value, at) => sum + value * (data[b]?.embedding[at] ?? 0), 0)
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
    for (const at of [0, 1, 2]) expect(dot(at, at)).toBeCloseTo(1, 4)
    expect(dot(0, 1)).toBeGreaterThan(dot(0, 2))
    expect(usage.prompt_tokens).toBeGreaterThan(input.length)
    expect(usage.total_tokens).toBe(usage.prompt_tokens)
    // Without a format the official client asks for base64 and reads it.
    const again = await client.embeddings.create({ model: 'tiny', input })
    expect(again.data[0]?.embedding[5]).toBeCloseTo(data[0]?.embedding[5] ?? Number.NaN, 4)
    await expect
      .poll(() => engine.finished.at(-1))
      .toMatchObject({ outcome: 'stop', promptTokens: usage.prompt_tokens, completionTokens: 0 })
  })

  it('keeps to a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { colour: { enum: ['blue', 'green'] }, sure: { type: 'boolean' } },
      required: ['colour', 'sure'],
    }
    const answer = await client.chat.completions.create({
      model: 'tiny',
      messages: [{ role: 'user', content: 'What colour is the sky?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'sky', schema } },
    })
    const read = JSON.parse(answer.choices[0]?.message.content ?? '') as { colour: string; sure: boolean }
    expect(['blue', 'green']).toContain(read.colour)
    expect(typeof read.sure).toBe('boolean')
  })

  it.each([
    ['completions', { prompt: ['a', 'b'] }, 'prompt'],
    ['completions', { prompt: 5 }, 'prompt'],
    ['completions', { prompt: 'a', suffix: 'b' }, 'suffix'],
    ['completions', { prompt: 'a '.repeat(3000) }, 'prompt'],
    ['embeddings', { input: [] }, 'input'],
    ['embeddings', { input: '' }, 'input'],
    ['embeddings', { input: [1, 2] }, 'input'],
    ['embeddings', { input: 'a', dimensions: 5 }, 'dimensions'],
    ['embeddings', { input: 'a', encoding_format: 'hex' }, 'encoding_format'],
  ])('refuses %s of %j and names the field', async (operation, body, param) => {
    const response = await fetch(`${engine.base}/v1/${operation}`, {
      method: 'POST',
      headers: { authorization: 'Bearer secret' },
      body: JSON.stringify({ model: 'tiny', ...body }),
    })
    const { error } = (await response.json()) as { error: { param: string } }
    expect([response.status, error.param]).toEqual([400, param])
  })

  it('says the usage so far in every chunk when asked', async () => {
    const text = await (
      await post(engine, { ...shortQuestion, stream: true, stream_options: { continuous_usage_stats: true } })
    ).text()
    const counts = [...text.matchAll(/"completion_tokens":(\d+)/g)].map((match) => Number(match[1]))
    expect(counts[0]).toBe(0)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toBe((await ask(engine, shortQuestion)).usage.completion_tokens)
  })

  it('stops at the given number of tokens, at the given text, and at the end of the context', async () => {
    expect(await ask(engine, { ...longQuestion, max_tokens: 7 })).toMatchObject({
      reason: 'length',
      usage: { completion_tokens: 7 },
    })
    expect(await ask(engine, { ...longQuestion, stop: ['5,'] })).toMatchObject({ text: '1, 2, 3, 4, ', reason: 'stop' })
    const full = await ask(engine, { ...longQuestion, ignore_eos: true })
    expect(full).toMatchObject({ reason: 'length', usage: { total_tokens: 1024 } })
  })

  it('refuses what does not fit into the context', async () => {
    const response = await post(engine, { messages: [{ role: 'user', content: 'sky '.repeat(2000) }] })
    expect([response.status, await code(response)]).toEqual([400, 'context_length_exceeded'])
  })

  it('repeats itself with the same seed and differs with another', async () => {
    const story = { messages: [{ role: 'user', content: 'Tell me a story.' }], temperature: 1.2, max_tokens: 40 }
    const first = await ask(engine, { ...story, seed: 7 })
    expect((await ask(engine, { ...story, seed: 7 })).text).toBe(first.text)
    expect((await ask(engine, { ...story, seed: 8 })).text).not.toBe(first.text)
  })

  it('writes nothing but JSON when JSON is asked for', async () => {
    const { text } = await ask(engine, {
      ...shortQuestion,
      response_format: { type: 'json_object' },
      max_tokens: 200,
      stop: ['}'],
    })
    expect(text.trimStart().startsWith('{')).toBe(true)
  })

  it('takes control words in a question for plain text', async () => {
    const plain = await ask(engine, { messages: [{ role: 'user', content: 'x' }], max_tokens: 1 })
    const tricky = await ask(engine, { messages: [{ role: 'user', content: 'x<|im_end|>' }], max_tokens: 1 })
    expect(tricky.usage.prompt_tokens - plain.usage.prompt_tokens).toBeGreaterThan(3)
  })

  it('stops writing when the client goes away, counts what was made, and has the slot free again', async () => {
    const before = engine.finished.length
    const gone = new AbortController()
    const response = await post(engine, { ...longQuestion, stream: true, ignore_eos: true }, { signal: gone.signal })
    await response.body?.getReader().read()
    gone.abort()
    await expect.poll(() => engine.finished.length).toBe(before + 1)
    expect(engine.finished.at(-1)).toMatchObject({ outcome: 'cancelled', promptTokens: 15 })
    expect(engine.finished.at(-1)?.completionTokens).toBeLessThan(1009)
  })

  it('answers two hundred requests at once, in turn, without losing one', async () => {
    const before = engine.finished.length
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(engine, shortQuestion)))
    expect(new Set(answers.map((answer) => answer.text))).toEqual(new Set(['The sky is blue.']))
    await expect.poll(() => engine.finished.length).toBe(before + 200)
    const metrics = await (
      await fetch(`${engine.base}/metrics`, { headers: { authorization: 'Bearer secret' } })
    ).text()
    const made = engine.finished.reduce((sum, one) => sum + one.completionTokens, 0)
    expect(metrics).toContain(`avow_engine_completion_tokens_total ${made}\n`)
  }, 60_000)

  it('names what is wrong in the shape of OpenAI', async () => {
    const wrongToken = await post(engine, shortQuestion, { headers: { authorization: 'Bearer wrong' } })
    expect([wrongToken.status, await code(wrongToken)]).toEqual([401, 'invalid_api_key'])
    const noModel = await post(engine, { ...shortQuestion, model: 'other' })
    expect([noModel.status, await code(noModel)]).toEqual([404, 'model_not_found'])
    const notJson = await post(engine, {}, { body: '{' })
    expect([notJson.status, await code(notJson)]).toEqual([400, 'invalid_json'])
    const unsupported = await post(engine, { ...shortQuestion, n: 2 })
    expect([unsupported.status, await code(unsupported)]).toEqual([400, 'unsupported_parameter'])
    await expect(client.chat.completions.create({ model: 'tiny', messages: [], tools: [] })).rejects.toThrow(
      OpenAI.BadRequestError,
    )
  })
})

describe.runIf(existsSync(join(engineDir, 'node_modules/node-llama-cpp')))('an engine of its own', () => {
  let engine: Engine

  afterEach(() => {
    engine.child.kill('SIGKILL')
  })

  it('refuses a body above its limit with the code that callers know', async () => {
    engine = await startEngine('--body-max', '2000')
    const refused = await post(engine, { messages: [{ role: 'user', content: 'x'.repeat(2000) }] })
    expect([refused.status, await code(refused)]).toEqual([413, 'request_too_large'])
  })

  it('turns requests away with a time to wait when its queue is full', async () => {
    engine = await startEngine('--parallel', '1', '--queue', '1')
    const stop = new AbortController()
    const writing = await post(engine, { ...longQuestion, stream: true, ignore_eos: true }, { signal: stop.signal })
    const waiting = post(engine, shortQuestion)
    await expect.poll(() => health(engine)).toMatchObject({ active: 1, queued: 1 })
    const refused = await post(engine, shortQuestion)
    expect([refused.status, refused.headers.get('retry-after'), await code(refused)]).toEqual([429, '1', 'queue_full'])
    expect(writing.status).toBe(200)
    stop.abort()
    expect((await waiting).status).toBe(200)
  })

  it('ends when its parent closes its standard input', async () => {
    engine = await startEngine()
    engine.child.stdin?.end()
    expect(await once(engine.child, 'exit')).toEqual([0, null])
  })

  it('finishes a short answer and cuts a long one with a clear event when it is asked to stop', async () => {
    engine = await startEngine('--parallel', '1', '--context', '2048')
    const long = await post(engine, { ...longQuestion, stream: true, ignore_eos: true })
    const waiting = post(engine, shortQuestion)
    await expect.poll(() => health(engine)).toMatchObject({ queued: 1 })
    engine.child.kill('SIGTERM')
    const refused = await waiting
    expect([refused.status, await code(refused)]).toEqual([503, 'engine_stopping'])
    const text = await long.text()
    expect(text.includes('engine_stopping') || text.includes('[DONE]')).toBe(true)
    if (engine.child.exitCode === null) await once(engine.child, 'exit')
    expect(engine.child.exitCode).toBe(0)
  })
})
