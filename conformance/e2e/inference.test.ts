import type OpenAI from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import { answersIn, batchLine, beginBatch, isEnded, untilBatch, usedBy } from '../src/batches.ts'
import { engineCounts } from '../src/engine-counts.ts'
import { errorOf } from '../src/expect-error.ts'
import {
  booked,
  bookedFor,
  createKey,
  expectBooked,
  hello,
  openaiClient,
  script,
  startWithMock,
  untilModelReady,
} from '../src/inference.ts'
import { createKeys, differences, sendLoad, untilReceived } from '../src/load.ts'
import type { MockUpstream } from '../src/mock-upstream.ts'
import { signalAll } from '../src/process-tree.ts'
import type { RunningAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream

beforeAll(async () => {
  const stage = await startWithMock()
  avow = stage.avow
  mock = stage.mock
  return stage.end
})

describe('the official Node client', () => {
  test('gets a plain answer of the built-in model, booked to the token', async () => {
    const key = await createKey(avow, 'plain')
    const answer = await key.openai.chat.completions.create({ model: 'avow-tiny', messages: hello })
    expect(answer.choices[0]?.message.content).toMatch(/[a-z]+/)
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0)
    const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = answer.usage!
    await expectBooked(avow, key.id, { requests: 1, failedRequests: 0, promptTokens, completionTokens })
  })

  test('gets a completion and embeddings of the built-in model, booked to the token', async () => {
    const key = await createKey(avow, 'completions and embeddings')
    const completed = await key.openai.completions.create({ model: 'avow-tiny', prompt: 'The sky is', temperature: 0 })
    expect(completed.choices[0]?.text).toMatch(/[a-z]+/)
    const embedded = await key.openai.embeddings.create({ model: 'avow-tiny', input: ['blue sky', 'grey sky'] })
    expect(embedded.data.map(({ embedding }) => embedding.length > 10)).toEqual([true, true])
    await expectBooked(avow, key.id, {
      requests: 2,
      failedRequests: 0,
      promptTokens: (completed.usage?.prompt_tokens ?? 0) + embedded.usage.prompt_tokens,
      completionTokens: completed.usage?.completion_tokens ?? 0,
    })
  })

  test('gets a response, plain and streamed, with its events in order, booked to the token', async () => {
    const key = await createKey(avow, 'responses')
    const asked = { model: 'avow-tiny', input: 'What colour is the sky?', instructions: 'Be short.', temperature: 0 }
    const plain = await key.openai.responses.create(asked)
    expect(plain).toMatchObject({ object: 'response', status: 'completed', store: false, model: 'avow-tiny' })
    const types: string[] = []
    const stream = key.openai.responses.stream(asked)
    stream.on('event', ({ type }) => void (types.at(-1) === type || types.push(type)))
    const streamed = await stream.finalResponse()
    expect(types.map((type) => type.replace('response.', ''))).toEqual([
      ...['created', 'in_progress', 'output_item.added', 'content_part.added', 'output_text.delta', 'output_text.done'],
      ...['content_part.done', 'output_item.done', 'completed'],
    ])
    expect([streamed.output_text, streamed.usage]).toEqual([plain.output_text, plain.usage])
    const cut = await key.openai.responses.create({ ...asked, max_output_tokens: 2 })
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    const format = {
      type: 'json_schema' as const,
      name: 'sky',
      schema: {
        type: 'object',
        properties: { colour: { enum: ['blue'] } },
        required: ['colour'],
        additionalProperties: false,
      },
    }
    const parsed = await key.openai.responses.parse({ ...asked, text: { format } })
    expect(JSON.parse(parsed.output_text)).toEqual({ colour: 'blue' })
    for (const more of [{ background: true }, { tools: [{ type: 'web_search' as const }] }])
      expect(await errorOf(key.openai.responses.create({ ...asked, ...more }))).toMatchObject({
        ...{ status: 400, code: 'unsupported_parameter' },
      })
    const all = [plain, streamed, cut, parsed]
    await expectBooked(avow, key.id, {
      ...{ requests: 4, failedRequests: 0 },
      promptTokens: all.reduce((sum, { usage }) => sum + (usage?.input_tokens ?? 0), 0),
      completionTokens: all.reduce((sum, { usage }) => sum + (usage?.output_tokens ?? 0), 0),
    })
  })

  test('gets the same answer streamed, with its usage at the end, booked to the token', async () => {
    const key = await createKey(avow, 'streamed')
    const settings = { model: 'avow-tiny', messages: hello, temperature: 0, seed: 1 }
    const plain = await key.openai.chat.completions.create(settings)
    const stream = await key.openai.chat.completions.create({
      ...settings,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: OpenAI.CompletionUsage | null | undefined
    let finish: string | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(plain.choices[0]?.message.content)
    expect(finish).toBe(plain.choices[0]?.finish_reason)
    expect(usage).toMatchObject({
      prompt_tokens: plain.usage!.prompt_tokens,
      completion_tokens: plain.usage!.completion_tokens,
    })
    await expectBooked(avow, key.id, {
      requests: 2,
      promptTokens: 2 * usage!.prompt_tokens,
      completionTokens: 2 * usage!.completion_tokens,
    })
  })

  test('is not sent a usage chunk that it did not ask for, and the use is booked all the same', async () => {
    const key = await createKey(avow, 'no usage wanted')
    const stream = await key.openai.chat.completions.create({
      model: 'mock',
      messages: script({ tokens: 7 }),
      stream: true,
    })
    const usages: unknown[] = []
    for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage)
    expect(usages).toEqual([])
    await expectBooked(avow, key.id, { requests: 1, promptTokens: 1, completionTokens: 7 })
  })

  test('has a batch run on the built-in model: each line answered, at half the price, booked to the token', async () => {
    const key = await createKey(avow, 'batch')
    const names = ['sky', 'grass', 'snow']
    const lines = names.map((name) => batchLine(name, 'avow-tiny', `What colour is the ${name}?`, { max_tokens: 5 }))
    const begun = await beginBatch(key.openai, [...lines, batchLine('none', 'no-such-model', 'Hello')])
    const batch = await untilBatch(key.openai, begun.id, isEnded)
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 4, completed: 3, failed: 1 } })
    const answers = await answersIn(key.openai, batch.output_file_id)
    expect(answers.map(({ custom_id: id }) => id)).toEqual(names)
    expect(answers[0]?.response?.body.choices[0]?.message.content).toMatch(/[a-z]+/)
    expect(await answersIn(key.openai, batch.error_file_id)).toMatchObject([
      { custom_id: 'none', response: { status_code: 404 } },
    ])
    await expectBooked(avow, key.id, { requests: 3, failedRequests: 0, ...usedBy(answers) })
    const model = (await key.openai.models.retrieve('mock')) as unknown as { pricing: object }
    expect(model.pricing).toMatchObject({ prompt_per_million_tokens: '1', batch: { prompt_per_million_tokens: '0.5' } })
    expect((await key.openai.batches.list()).data.map(({ id }) => id)).toContain(batch.id)
    expect(await key.openai.files.delete(batch.output_file_id!)).toMatchObject({ deleted: true })
    expect(await errorOf(key.openai.files.content(batch.output_file_id!))).toMatchObject({ status: 404 })
  })

  test('lists the models of its key and no others', async () => {
    const every = (await openaiClient(avow, avow.apiKey).models.list()).data.map(({ id }) => id)
    expect(every).toEqual(expect.arrayContaining(['avow-tiny', 'mock']))
    const key = await createKey(avow, 'one model', { allowedModels: ['mock'] })
    expect((await key.openai.models.list()).data.map(({ id }) => id)).toEqual(['mock'])
    expect(await errorOf(key.openai.chat.completions.create({ model: 'avow-tiny', messages: hello }))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
  })
})

describe('a caller that goes away in the middle of a stream', () => {
  const readThenLeave = async (
    stream: AsyncIterable<OpenAI.ChatCompletionChunk> & { controller: AbortController },
    chunks: number,
  ): Promise<number> => {
    let received = 0
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) received += 1
      if (received === chunks) break
    }
    stream.controller.abort()
    return received
  }

  test('stops the upstream, and what was produced until then is counted', async () => {
    const key = await createKey(avow, 'leaves')
    const name = 'leaves in the middle'
    const stream = await key.openai.chat.completions.create({
      model: 'mock',
      messages: script({ tokens: 5000, delayMs: 5, name }),
      stream: true,
    })
    const received = await readThenLeave(stream, 20)
    const row = () => mock.produced.find((one) => one.name === name)
    await expect.poll(() => row()?.state, { timeout: 10_000 }).toBe('caller-gone')
    await expectBooked(avow, key.id, { requests: 1, failedRequests: 0 })
    const { completionTokens } = await booked(avow, key.id)
    expect(completionTokens).toBeGreaterThanOrEqual(received)
    expect(completionTokens).toBeLessThanOrEqual(row()!.completionTokens)
    expect(row()!.completionTokens).toBeLessThan(5000)
  })

  test('stops the built-in engine, which answers the next one at once', async () => {
    const key = await createKey(avow, 'leaves the engine')
    const request = { model: 'avow-tiny', messages: hello, max_tokens: 1500, ignore_eos: true, stream: true as const }
    const stream = await key.openai.chat.completions.create(request)
    const received = await readThenLeave(stream, 10)
    await expectBooked(avow, key.id, { requests: 1 })
    const { completionTokens } = await booked(avow, key.id)
    expect(completionTokens).toBeGreaterThanOrEqual(received)
    expect(completionTokens).toBeLessThan(1500)
    await key.openai.chat.completions.create({ model: 'avow-tiny', messages: hello, max_tokens: 5 })
  })
})

test('the books agree to the token with what the engine itself counted, hung-up answers included', async () => {
  const wanted = await engineCounts(avow.enginePid())
  expect(wanted.completionTokens).toBeGreaterThan(0)
  await expect.poll(() => bookedFor(avow, 'avow-tiny'), { timeout: 15_000 }).toMatchObject(wanted)
})

test('the engine killed in the middle of an answer gives a clear error, and is back by itself', async () => {
  const key = await createKey(avow, 'engine killed')
  const request = { model: 'avow-tiny', messages: hello, max_tokens: 1900, ignore_eos: true, stream: true as const }
  const stream = await key.openai.chat.completions.create(request)
  let received = 0
  const read = async (): Promise<void> => {
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) received += 1
      if (received === 5) signalAll([avow.enginePid()], 'SIGKILL')
    }
  }
  expect((await errorOf(read())).message).toMatch(/broke off|cut/i)
  await expectBooked(avow, key.id, { requests: 1, failedRequests: 1 })
  expect((await booked(avow, key.id)).completionTokens).toBeGreaterThanOrEqual(received)
  await untilModelReady(avow, 'avow-tiny')
  const again = await key.openai.chat.completions.create({ model: 'avow-tiny', messages: hello })
  expect(again.usage?.completion_tokens).toBeGreaterThan(0)
})

test('usage is the same in CLI, API and the answers, for many requests at once', async () => {
  const key = await createKey(avow, 'many')
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const request = { model: 'mock', messages: script({ tokens: 1 + (index % 17), delayMs: index % 3 }) }
      if (index % 2 === 0) return (await key.openai.chat.completions.create(request)).usage!
      let usage: OpenAI.CompletionUsage | undefined
      for await (const chunk of await key.openai.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      })) {
        usage = chunk.usage ?? usage
      }
      return usage!
    }),
  )
  const sum = (name: 'prompt_tokens' | 'completion_tokens') => answers.reduce((total, usage) => total + usage[name], 0)
  const wanted = {
    requests: 60,
    failedRequests: 0,
    promptTokens: sum('prompt_tokens'),
    completionTokens: sum('completion_tokens'),
  }
  await expectBooked(avow, key.id, wanted)
  const cli = await avow.cli(['usage', '--since', '1h', '--key', key.id, '--by', 'hour', '--json'])
  const report = JSON.parse(cli.stdout)
  expect(report.totals).toMatchObject(wanted)
  // One currency unit a million prompt tokens, two a million completion tokens: a micro-unit and two micro-units each.
  expect(report.totals.costMicros).toBe(String(wanted.promptTokens + 2 * wanted.completionTokens))
  const rows = report.rows as { requests: number; completionTokens: number }[]
  expect(rows.reduce((total, row) => total + row.completionTokens, 0)).toBe(wanted.completionTokens)
})

test('kill -9 of everything in the middle of 200 requests to the built-in engine loses and doubles nothing', async () => {
  const tokensMax = 40
  const ask = () => ({ model: 'avow-tiny', content: 'What colour is the sky?', max_tokens: tokensMax })
  const { received, done } = sendLoad(await createKeys(avow, 200), { ask, overMs: 500 })
  await untilReceived(received, { complete: 40 })
  await avow.kill9()
  await done
  expect(received.some(({ state }) => state !== 'complete')).toBe(true)
  await avow.restart()
  await expect.poll(() => differences(avow, received, () => tokensMax), { timeout: 40_000, interval: 250 }).toEqual([])
  const { totals } = JSON.parse((await avow.cli(['usage', '--since', '1d', '--json'])).stdout)
  expect(totals).toMatchObject(await booked(avow))
})
