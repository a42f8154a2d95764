import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chatCompletions } from './operation.ts'
import { type ScannedRequest, scanRequest } from './scan-request.ts'
import { spliceRequest } from './splice-request.ts'

const scan = (text: string) => scanRequest(Buffer.from(text), chatCompletions)

function scanned(text: string): ScannedRequest {
  const result = scan(text)
  if (!result.ok) throw new Error(JSON.stringify(result))
  return result
}

/** What the model's server would read. */
const splice = (text: string, modelName: string, runningCounts = false) => {
  const { body, usageWish } = spliceRequest(Buffer.from(text), scanned(text), { modelName, runningCounts })
  return { json: JSON.parse(body.toString()) as Record<string, unknown>, usageWish }
}

const nasty = fc.string({ unit: 'grapheme' })
const request = fc.record({
  extra: fc.jsonValue(),
  messages: fc.array(fc.record({ role: nasty, content: nasty })),
  model: fc.string({ unit: 'grapheme', minLength: 1 }),
  stream: fc.boolean(),
  max_tokens: fc.nat(),
})

test('whatever else a request holds, its model, stream and limit are found as a JSON parser finds them', () => {
  fc.assert(
    fc.property(request, fc.integer({ min: 0, max: 4 }), (value, indent) => {
      const found = scanned(JSON.stringify(value, null, indent))
      expect(found).toMatchObject({ model: value.model, stream: value.stream, tokensMax: value.max_tokens })
    }),
  )
})

test('only the model’s name and the wish for usage change on the way', () => {
  fc.assert(
    fc.property(request, fc.integer({ min: 0, max: 2 }), (value, indent) => {
      const { json, usageWish } = splice(JSON.stringify(value, null, indent), 'other')
      const wish = value.stream ? { stream_options: { include_usage: true } } : {}
      expect(json).toEqual(JSON.parse(JSON.stringify({ ...value, model: 'other', ...wish })))
      expect(usageWish).toEqual({ lastChunk: false, running: false })
    }),
  )
})

test('a body that needs no change is passed on as the same bytes', () => {
  const body = Buffer.from('{"model":"m","messages":[],"x":  1.50}')
  const result = scanRequest(body, chatCompletions)
  if (!result.ok) throw new Error('not scanned')
  expect(spliceRequest(body, result, { modelName: 'm', runningCounts: true }).body).toBe(body)
})

test('a caller who asks for the usage chunk gets it, and other stream options stay', () => {
  const asked = splice('{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}', 'm')
  expect(asked.usageWish.lastChunk).toBe(true)
  const notAsked = splice(
    '{"model":"m","messages":[],"stream":true,"stream_options":{"include_obfuscation":false}}',
    'm',
  )
  expect(notAsked.usageWish.lastChunk).toBe(false)
  expect(notAsked.json.stream_options).toEqual({ include_obfuscation: false, include_usage: true })
  expect(splice('{"model":"m","messages":[],"stream":true,"stream_options":null}', 'm').json.stream_options).toEqual({
    include_usage: true,
  })
})

test('an engine of our own is asked for running counts, which only a caller who asked for them sees', () => {
  const plain = splice('{"model":"m","messages":[],"stream":true}', 'm', true)
  expect(plain).toMatchObject({
    json: { stream_options: { include_usage: true, continuous_usage_stats: true } },
    usageWish: { running: false },
  })
  const asked = splice(
    '{"model":"m","messages":[],"stream":true,"stream_options":{"continuous_usage_stats":true}}',
    'm',
    true,
  )
  expect(asked.usageWish).toEqual({ lastChunk: false, running: true })
})

test('a member hidden behind an escape or given twice does not slip past', () => {
  expect(scanned('{"mod\\u0065l":"m","messages":[]}').model).toBe('m')
  expect(scan('{"model":"a","messages":[],"mod\\u0065l":"b"}')).toMatchObject({ ok: false, param: 'model' })
  expect(scanned('{"messages":[{"model":"inner"}],"model":"outer"}').model).toBe('outer')
})

test.each([
  ['', 'not-json'],
  ['hello', 'not-json'],
  ['[]', 'not-json'],
  ['{"model":"m"', 'not-json'],
  ['{"model":"m","messages":[}', 'not-json'],
  ['{"model":"m","messages":[]} more', 'not-json'],
  ['{"model":"m" "messages":[]}', 'not-json'],
  ['{"model":"unfinished', 'not-json'],
  [`{"model":"m","messages":${'['.repeat(600)}${']'.repeat(600)}}`, 'not-json'],
  ['{}', 'bad-parameter'],
  ['{"model":7,"messages":[]}', 'bad-parameter'],
  ['{"model":"m"}', 'bad-parameter'],
  ['{"model":"m","messages":"hi"}', 'bad-parameter'],
  ['{"model":"m","messages":[],"stream":"yes"}', 'bad-parameter'],
  ['{"model":"m","messages":[],"stream":tru}', 'bad-parameter'],
  ['{"model":"m","messages":[],"max_tokens":"many"}', 'bad-parameter'],
  ['{"model":"m","messages":[],"stream_options":1}', 'bad-parameter'],
])('%s is refused as %s', (text, kind) => {
  expect(scan(text)).toMatchObject({ ok: false, kind })
})
