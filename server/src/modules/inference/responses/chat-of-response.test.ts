import { describe, expect, test } from 'vitest'
import { chatOfResponse, paramOfResponse } from './chat-of-response.ts'
import type { Fields } from './read-fields.ts'
import { WrongRequest } from './read-fields.ts'

const chat = (more: Fields, before: readonly unknown[] = []): Fields =>
  chatOfResponse({ model: 'm', input: 'Hello', ...more }, before).chat

const refusal = (body: Fields): { param: string; code: string } => {
  try {
    chatOfResponse(body, [])
  } catch (error) {
    if (error instanceof WrongRequest) return { param: error.param, code: error.code }
    throw error
  }
  throw new Error('it was taken')
}

test('a text with instructions is a chat of two messages, and nothing is added that was not asked', () => {
  expect(chat({ instructions: 'Be short.' })).toEqual({
    model: 'm',
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Hello' },
    ],
  })
})

test('each parameter goes on under its name in a chat; metadata and store stay here', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  const {
    chat: sent,
    echo,
    store,
  } = chatOfResponse(
    {
      ...{ model: 'm', input: 'Hello', stream: true, store: true, metadata: { a: 'b' }, max_output_tokens: 9 },
      ...{ temperature: 0.5, top_p: 0.9, user: 'u', reasoning: { effort: 'low' }, parallel_tool_calls: false },
      text: { format: { type: 'json_schema', name: 'n', schema, strict: true }, verbosity: 'low' },
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: schema, strict: true }],
      tool_choice: { type: 'function', name: 'f' },
    },
    [],
  )
  expect(sent).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    ...{ stream: true, stream_options: { include_usage: true }, max_completion_tokens: 9 },
    ...{ temperature: 0.5, top_p: 0.9, user: 'u', reasoning_effort: 'low', parallel_tool_calls: false },
    ...{ verbosity: 'low', tool_choice: { type: 'function', function: { name: 'f' } } },
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } },
    tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: schema, strict: true } }],
  })
  expect(store).toBe(true)
  expect(echo).toMatchObject({
    metadata: { a: 'b' },
    max_output_tokens: 9,
    temperature: 0.5,
    text: { verbosity: 'low' },
  })
})

test('a turn with calls of functions is one message of the assistant, and their results follow it', () => {
  const input = [
    { role: 'user', content: [{ type: 'input_text', text: 'How is the weather?' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
    {
      type: 'function_call',
      call_id: 'c1',
      name: 'weather',
      arguments: '{"at":"Rome"}',
      id: 'fc_1',
      status: 'completed',
    },
    { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{"at":"Bern"}' },
    { type: 'function_call_output', call_id: 'c1', output: 'warm' },
    { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'cold' }] },
    { role: 'developer', content: 'Compare.' },
  ]
  const call = (id: string, at: string) => ({
    id,
    type: 'function',
    function: { name: 'weather', arguments: JSON.stringify({ at }) },
  })
  expect(chat({ input })['messages']).toEqual([
    { role: 'user', content: 'How is the weather?' },
    { role: 'assistant', content: 'I look.', tool_calls: [call('c1', 'Rome'), call('c2', 'Bern')] },
    { role: 'tool', tool_call_id: 'c1', content: 'warm' },
    { role: 'tool', tool_call_id: 'c2', content: 'cold' },
    { role: 'system', content: 'Compare.' },
  ])
})

test('images, files and sound go on as parts', () => {
  const content = [
    { type: 'input_text', text: 'What is this?' },
    { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
    { type: 'input_file', file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' },
    { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
  ]
  expect(chat({ input: [{ role: 'user', content }] })['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' } },
        { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
      ],
    },
  ])
})

test('what was said before comes between the instructions and what is said now', () => {
  const before = [
    { role: 'user', content: 'One' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Two' }] },
  ]
  expect(chat({ instructions: 'Count.', input: 'Three' }, before)['messages']).toEqual([
    { role: 'system', content: 'Count.' },
    { role: 'user', content: 'One' },
    { role: 'assistant', content: 'Two' },
    { role: 'user', content: 'Three' },
  ])
})

test('members that ask for nothing are no fault', () => {
  const idle = {
    background: false,
    truncation: 'disabled',
    include: [],
    tools: [],
    tool_choice: 'auto',
    top_logprobs: 0,
  }
  const empty = { text: { format: { type: 'text' } }, reasoning: null, conversation: null, previous_response_id: null }
  expect(Object.keys(chat({ ...idle, ...empty, stream_options: { include_obfuscation: false } }))).toEqual([
    'model',
    'messages',
  ])
})

describe('what a chat completion cannot say is refused by its name', () => {
  const user = (part: Fields) => ({ input: [{ role: 'user', content: [part] }] })
  test.each<[string, Fields]>([
    ['background', { background: true }],
    ['conversation', { conversation: 'conv_1' }],
    ['context_management', { context_management: [{ type: 'compaction' }] }],
    ['include[0]', { include: ['message.output_text.logprobs'] }],
    ['max_tool_calls', { max_tool_calls: 3 }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['top_logprobs', { top_logprobs: 2 }],
    ['truncation', { truncation: 'auto' }],
    ['reasoning.summary', { reasoning: { effort: 'low', summary: 'auto' } }],
    ['stream_options.include_obfuscation', { stream_options: { include_obfuscation: true } }],
    ['text.format.syntax', { text: { format: { type: 'text', syntax: 'lark' } } }],
    [
      'tool_choice.mode',
      { tool_choice: { type: 'function', name: 'f', mode: 'auto' }, tools: [{ type: 'function', name: 'f' }] },
    ],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    [
      'tools[1].defer_loading',
      {
        tools: [
          { type: 'function', name: 'a' },
          { type: 'function', name: 'b', defer_loading: true },
        ],
      },
    ],
    ['tool_choice', { tool_choice: { type: 'file_search' }, tools: [{ type: 'function', name: 'f' }] }],
    ['input[0].type', { input: [{ type: 'reasoning', summary: [] }] }],
    ['input[0].type', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['input[0].content[0].type', user({ type: 'computer_screenshot' })],
    ['input[0].content[0].file_id', user({ type: 'input_image', file_id: 'file_1' })],
    ['input[0].content[0]', user({ type: 'input_file', file_id: 'file_1' })],
  ])('%s', (param, more) => {
    expect(refusal({ model: 'm', input: 'Hello', ...more })).toEqual({ param, code: 'unsupported_parameter' })
  })
})

test.each<[string, string, Fields]>([
  ['messages', 'unknown_parameter', { messages: [] }],
  ['max_tokens', 'unknown_parameter', { max_tokens: 3 }],
  ['constructor', 'unknown_parameter', { constructor: 3 }],
  ['input', 'invalid_value', { input: null }],
  ['input', 'invalid_value', { input: 7 }],
  ['input[0]', 'invalid_value', { input: ['Hello'] }],
  ['input[0].role', 'invalid_value', { input: [{ role: 'tool', content: 'x' }] }],
  ['input[0].call_id', 'invalid_value', { input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }],
  ['instructions', 'invalid_value', { instructions: ['x'] }],
  ['max_output_tokens', 'invalid_value', { max_output_tokens: 0 }],
  ['max_output_tokens', 'invalid_value', { max_output_tokens: '9' }],
  ['temperature', 'invalid_value', { temperature: 'hot' }],
  ['store', 'invalid_value', { store: 'false' }],
  ['stream', 'invalid_value', { stream: 1 }],
  ['metadata', 'invalid_value', { metadata: { a: 1 } }],
  ['text', 'invalid_value', { text: 'json' }],
  ['text.format.schema', 'invalid_value', { text: { format: { type: 'json_schema', name: 'n' } } }],
  ['tools[0].name', 'invalid_value', { tools: [{ type: 'function' }] }],
])('%s that is wrong is %s', (param, code, more) => {
  expect(refusal({ model: 'm', input: 'Hello', ...more })).toEqual({ param, code })
})

test('what a model’s server says of a parameter is said in the caller’s words', () => {
  const params = ['messages[0].content', 'max_completion_tokens', 'response_format.json_schema', 'temperature']
  expect(params.map(paramOfResponse)).toEqual(['input', 'max_output_tokens', 'text.format', 'temperature'])
})
