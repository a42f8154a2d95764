import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SseReader, usageOfAnswer } from './sse-reader.ts'

const event = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const delta = (fields: object): string =>
  event({ id: 'c', choices: [{ index: 0, delta: fields, finish_reason: null }], usage: null })
const usageChunk = event({
  id: 'c',
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } },
})

/** Reads a stream that was cut at the given places. */
function read(stream: string, cuts: readonly number[], hideUsage: boolean, running = true) {
  const bytes = Buffer.from(stream)
  const reader = new SseReader({ lastChunk: !hideUsage, running })
  const out: Buffer[] = []
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b)
  for (let n = 0; n <= places.length; n++) {
    const piece = bytes.subarray(places[n - 1] ?? 0, places[n] ?? bytes.length)
    const forward = piece.length === 0 ? null : reader.push(piece)
    if (forward !== null) out.push(Buffer.from(forward))
  }
  return { reader, out: Buffer.concat(out).toString() }
}

const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 12 })
const cuts = fc.array(fc.nat(), { maxLength: 12 })

test('however the stream is cut, every event passes unchanged and in order, and the content ones are counted', () => {
  fc.assert(
    fc.property(texts, cuts, fc.boolean(), (contents, places, hide) => {
      const visible =
        delta({ role: 'assistant', content: '' }) + contents.map((content) => delta({ content })).join('') + delta({})
      const { reader, out } = read(`${visible}${usageChunk}${event('[DONE]')}`, places, hide)
      expect(out).toBe(hide ? visible : visible + usageChunk)
      expect(reader.contentEvents).toBe(contents.length)
      expect(reader.usage).toEqual({ promptTokens: 7, completionTokens: 3 })
      expect(reader.done).toBe(true)
    }),
  )
})

test('text that talks about usage is not taken for usage', () => {
  const talk = delta({ content: '"usage":{"prompt_tokens":1,"completion_tokens":1}' })
  const { reader, out } = read(talk, [], true)
  expect(reader.usage).toBeNull()
  expect(out).toBe(talk)
  const body = JSON.stringify({
    choices: [{ message: { content: '"usage":{"prompt_tokens":9,"completion_tokens":9}' } }],
  })
  expect(usageOfAnswer(Buffer.from(body))).toBeNull()
})

test('servers that write spaces, CRLF or no space behind data: are understood', () => {
  const stream =
    'data:{"choices": [{"delta": {"content": "x"}}]}\r\n\r\ndata: {"choices": [ ], "usage": {"prompt_tokens": 2, "completion_tokens": 1}}\r\n\r\ndata: [DONE]\r\n\r\n'
  const { reader, out } = read(stream, [], true)
  expect(out).toBe('data:{"choices": [{"delta": {"content": "x"}}]}\n\n')
  expect(reader).toMatchObject({ contentEvents: 1, done: true, usage: { promptTokens: 2, completionTokens: 1 } })
})

test('reasoning and tool calls count as produced', () => {
  const stream =
    delta({ reasoning_content: 'hm' }) + delta({ tool_calls: [{ index: 0, function: { arguments: '{' } }] })
  expect(read(stream, [], true).reader.contentEvents).toBe(2)
})

test('an error in the stream is noticed and not passed on', () => {
  const { reader, out } = read(
    delta({ content: 'a' }) + event({ error: { message: 'at http://10.0.0.7:8000' } }),
    [],
    true,
  )
  expect(reader.failed).toBe(true)
  expect(out).toBe(delta({ content: 'a' }))
})

test('the usage of a whole answer is found, absent or nonsense counts are not', () => {
  const answer = (usage: unknown): Buffer => Buffer.from(JSON.stringify({ choices: [], usage, id: 'x' }, null, 2))
  expect(usageOfAnswer(answer({ prompt_tokens: 12, completion_tokens: 34, details: { a: 1 } }))).toEqual({
    promptTokens: 12,
    completionTokens: 34,
  })
  expect(usageOfAnswer(answer(null))).toBeNull()
  expect(usageOfAnswer(answer({ prompt_tokens: -1, completion_tokens: 1 }))).toBeNull()
  expect(usageOfAnswer(answer({ prompt_tokens: 1.5, completion_tokens: 1 }))).toBeNull()
})

test('running counts are read and cut out of the chunks for a caller who did not ask for them', () => {
  const chunk = (content: string, counts: object) =>
    event({ id: 'c', choices: [{ index: 0, delta: { content } }], ...counts })
  const counts = (completion_tokens: number) => ({ usage: { prompt_tokens: 4, completion_tokens, total_tokens: 9 } })
  const stream = chunk('ü', counts(1)) + chunk('b', counts(2))
  const cut = read(stream, [3, 40], true, false)
  expect(cut.out).toBe(chunk('ü', {}) + chunk('b', {}))
  expect(cut.reader.usage).toEqual({ promptTokens: 4, completionTokens: 2 })
  expect(read(stream, [3, 40], true, true).out).toBe(stream)
})
