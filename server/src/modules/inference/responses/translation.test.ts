import { expect, test } from 'vitest'
import { answer, data, piece, usagePiece } from '../gateway/test-answers.ts'
import type { Fields } from './read-fields.ts'
import { Translation } from './translation.ts'

const facts = { id: 'resp_1', createdAt: 1_700_000_000, model: 'm', echo: { metadata: { a: 'b' } }, store: false }
const done = Buffer.from('data: [DONE]\n\n')
const delta = (change: Fields, finish: string | null = null) =>
  data({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: change, finish_reason: finish }] })

/** The events that a caller gets of a stream. */
const eventsOf = (pieces: readonly string[], last: Buffer = done): Fields[] => {
  const translation = new Translation(facts)
  const said = [translation.begin(), ...pieces.map((one) => translation.add(Buffer.from(one))), translation.end(last)]
  const blocks = Buffer.concat(said.map((one) => one ?? Buffer.alloc(0)))
    .toString()
    .split('\n\n')
  expect(blocks.pop()).toBe('')
  return blocks.map((block) => {
    const [, name, json] = /^event: (\S+)\ndata: (.+)$/.exec(block) ?? []
    const event = JSON.parse(json ?? '') as Fields
    expect(event['type']).toBe(name)
    return event
  })
}
const typesOf = (events: readonly Fields[]) => events.map(({ type }) => String(type).replace('response.', ''))
const last = (events: readonly Fields[]) => (events.at(-1)?.['response'] ?? {}) as Fields

test('a text comes as the events that OpenAI’s clients expect, numbered, and ends with all of it', () => {
  const events = eventsOf([
    delta({ role: 'assistant', content: '' }),
    piece('Hel'),
    piece('lo.'),
    delta({}, 'stop'),
    usagePiece,
  ])
  expect(typesOf(events)).toEqual([
    ...['created', 'in_progress', 'output_item.added', 'content_part.added', 'output_text.delta', 'output_text.delta'],
    ...['output_text.done', 'content_part.done', 'output_item.done', 'completed'],
  ])
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
  expect(events[6]).toMatchObject({ item_id: 'msg_1_0', output_index: 0, content_index: 0, text: 'Hello.' })
  expect(last(events)).toMatchObject({
    ...{ id: 'resp_1', object: 'response', status: 'completed', model: 'm', store: false, metadata: { a: 'b' } },
    output: [{ type: 'message', status: 'completed', content: [{ type: 'output_text', text: 'Hello.' }] }],
    usage: { input_tokens: 5, output_tokens: 3, total_tokens: 8, output_tokens_details: { reasoning_tokens: 0 } },
  })
})

test('calls of functions that come in turns are put together, each its own', () => {
  const call = (index: number, more: Fields, id?: string) => ({
    index,
    ...(id ? { id, type: 'function' } : {}),
    function: more,
  })
  const events = eventsOf([
    piece('I look.'),
    delta({ tool_calls: [call(0, { name: 'one', arguments: '' }, 'c1')] }),
    delta({ tool_calls: [call(0, { arguments: '{"a"' })] }),
    delta({ tool_calls: [call(1, { name: 'two', arguments: '{}' }, 'c2')] }),
    delta({ tool_calls: [call(0, { arguments: ':1}' })] }),
    delta({}, 'tool_calls'),
  ])
  expect(typesOf(events).slice(5)).toEqual([
    ...['output_text.done', 'content_part.done', 'output_item.done', 'output_item.added'],
    ...['function_call_arguments.delta', 'output_item.added', 'function_call_arguments.delta'],
    ...['function_call_arguments.delta', 'function_call_arguments.done', 'output_item.done'],
    ...['function_call_arguments.done', 'output_item.done', 'completed'],
  ])
  expect(last(events)['output']).toMatchObject([
    { type: 'message', id: 'msg_1_0' },
    { type: 'function_call', id: 'fc_1_1', call_id: 'c1', name: 'one', arguments: '{"a":1}', status: 'completed' },
    { type: 'function_call', id: 'fc_1_2', call_id: 'c2', name: 'two', arguments: '{}' },
  ])
})

test('a refusal is a part of its own', () => {
  const events = eventsOf([delta({ refusal: 'I will ' }), delta({ refusal: 'not.' }), delta({}, 'stop')])
  expect(typesOf(events).slice(3, 7)).toEqual(['content_part.added', 'refusal.delta', 'refusal.delta', 'refusal.done'])
  expect(last(events)['output']).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I will not.' }] }])
})

test.each([
  ['length', 'max_output_tokens'],
  ['content_filter', 'content_filter'],
])('an answer that ends by %s is incomplete, and says why', (finish, reason) => {
  const events = eventsOf([piece('Half'), delta({}, finish)])
  expect(typesOf(events).at(-1)).toBe('incomplete')
  expect(last(events)).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason },
    output: [{ status: 'incomplete' }],
  })
})

test('an answer that fails in the middle ends with response.failed, and holds what there was', () => {
  const events = eventsOf([piece('Half')], Buffer.from(data({ error: { message: 'It broke off.', code: 'x' } })))
  expect(typesOf(events).slice(-2)).toEqual(['output_item.done', 'failed'])
  expect(last(events)).toMatchObject({
    ...{ status: 'failed', error: { code: 'server_error', message: 'It broke off.' } },
    output: [{ status: 'incomplete', content: [{ text: 'Half' }] }],
  })
})

test('counts that come with the mark of the end are counted', () => {
  const events = eventsOf([piece('Hi')], Buffer.concat([Buffer.from(usagePiece), done]))
  expect(last(events)).toMatchObject({ status: 'completed', usage: { input_tokens: 5, output_tokens: 3 } })
})

test('of what a caller left, what they were sent is kept, and nothing is said to them', () => {
  const translation = new Translation(facts)
  translation.begin()
  translation.add(Buffer.from(piece('Half')))
  expect(translation.end(null)).toBeNull()
  expect(JSON.parse(translation.kept().toString())).toMatchObject({
    ...{ status: 'cancelled', output: [{ status: 'incomplete', content: [{ text: 'Half' }] }] },
  })
})

test('a plain answer is the response that its stream would have ended with', () => {
  const plain = new Translation(facts).answer(Buffer.from(answer('Hello.')))
  expect(JSON.parse(plain?.toString() ?? '')).toMatchObject({
    ...{ status: 'completed', error: null, incomplete_details: null, created_at: 1_700_000_000 },
    output: [{ id: 'msg_1_0', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.', annotations: [] }] }],
    usage: { input_tokens: 5, output_tokens: 2 },
  })
})

test.each([
  '',
  '{',
  '[]',
  '{"object":"list"}',
  '{"choices":[{"message":{"content":7}}]}',
])('a plain answer %j is none', (text) => expect(new Translation(facts).answer(Buffer.from(text))).toBeNull())

test.each([
  'data: {"choices"\n\n',
  'data: 7\n\n',
  delta({ content: { a: 1 } }),
  delta({ tool_calls: 'x' }),
])('a piece %j of a stream is none', (text) => expect(new Translation(facts).add(Buffer.from(text))).toBeNull())
