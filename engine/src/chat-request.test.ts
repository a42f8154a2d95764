import { describe, expect, it } from 'vitest'
import { ApiError } from './api-error.ts'
import { readChatRequest } from './chat-request.ts'

const least = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

function refusal(fields: object): ApiError {
  try {
    readChatRequest({ ...least, ...fields })
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('readChatRequest', () => {
  it('fills in the defaults of OpenAI', () => {
    expect(readChatRequest(least)).toMatchObject({
      stream: false,
      temperature: 1,
      topP: 1,
      maxTokens: null,
      seed: null,
      stop: [],
    })
  })

  it('takes the temperature that suits the model only where none is asked for', () => {
    expect(readChatRequest(least, 0.2).temperature).toBe(0.2)
    expect(readChatRequest({ ...least, temperature: null }, 0.2).temperature).toBe(0.2)
    expect(readChatRequest({ ...least, temperature: 1 }, 0.2).temperature).toBe(1)
  })

  it('takes max_completion_tokens before max_tokens, text parts, the developer role and one stop text', () => {
    const request = readChatRequest({
      model: 'm',
      messages: [
        { role: 'developer', content: 'be kind' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
      max_tokens: 5,
      max_completion_tokens: 6,
      stop: 'x',
    })
    expect(request).toMatchObject({ maxTokens: 6, stop: ['x'] })
    expect(request.messages).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'ab' },
    ])
  })

  it.each([
    { n: 2 },
    { logprobs: true },
    { top_logprobs: 3 },
    { tools: [{ type: 'function' }] },
    { logit_bias: { 1: 5 } },
    { response_format: { type: 'yaml' } },
    { audio: {} },
    { something_new: 1 },
    { messages: [{ role: 'tool', content: 'x' }] },
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
  ])('refuses %j by name, since it cannot do it', (fields) => {
    const error = refusal(fields)
    expect(error).toMatchObject({ status: 400, code: 'unsupported_parameter' })
    expect(error.body().error.param).toContain(Object.keys(fields)[0])
  })

  it.each([
    { temperature: 3 },
    { temperature: '1' },
    { top_p: -1 },
    { max_tokens: 0 },
    { max_tokens: 1.5 },
    { seed: 'x' },
    { stop: ['a', 'b', 'c', 'd', 'e'] },
    { stop: '' },
    { stream: 'yes' },
    { response_format: { type: 'json_schema', json_schema: {} } },
    { messages: [] },
    { messages: 'hi' },
    { messages: [{ role: 'alien', content: 'x' }] },
    { messages: [{ role: 'user', content: 5 }] },
    { model: 5 },
  ])('refuses %j by name, since it is wrong', (fields) => {
    const error = refusal(fields)
    expect(error).toMatchObject({ status: 400, code: 'invalid_value' })
    expect(error.body().error.param).toContain(Object.keys(fields)[0])
  })

  it('accepts what asks for nothing', () => {
    expect(() =>
      readChatRequest({
        ...least,
        n: 1,
        logprobs: false,
        tools: [],
        logit_bias: {},
        user: 'u',
        store: false,
        stop: null,
        seed: null,
      }),
    ).not.toThrow()
  })
})
