import { describe, expect, test } from 'vitest'
import { type ChatEvent, ChatRefused, readChatStream, refusalOf } from './chat-stream.ts'

const lines = [
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}',
  '',
  'data: {"choices":[{"index":0,"delta":{"content":"Grüße, "},"finish_reason":null}]}',
  '',
  ': a comment to keep the line open',
  'data: {"choices":[{"index":0,"delta":{"content":"世界"},"finish_reason":"stop"}]}',
  '',
  'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}',
  '',
  'data: [DONE]',
  '',
]

async function* inPieces(text: string, size: number) {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (stream: AsyncIterable<Uint8Array>) => {
  const events: ChatEvent[] = []
  for await (const event of readChatStream(stream)) events.push(event)
  return events
}

describe('the answer of a model as it comes', () => {
  const expected = [
    { kind: 'text', text: 'Grüße, ' },
    { kind: 'text', text: '世界' },
    { kind: 'end', reason: 'stop' },
    { kind: 'usage', promptTokens: 7, completionTokens: 3 },
  ]
  test('reads the same from pieces of any size, also in the middle of a letter, with either line end', async () => {
    for (const end of ['\n', '\r\n'])
      for (const size of [1, 2, 3, 7, 64, 10_000]) expect(await read(inPieces(lines.join(end), size))).toEqual(expected)
  })
  test('an error in the middle of a stream is thrown with its message', async () => {
    const broken =
      'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: {"error":{"message":"engine gone","code":"engine_lost"}}\n\n'
    await expect(read(inPieces(broken, 10))).rejects.toMatchObject({ message: 'engine gone', code: 'engine_lost' })
  })
  test('a refusal keeps the gateway’s words', () => {
    const refusal = refusalOf(429, { error: { message: 'Slow down', type: 'rate_limit_error', code: null } })
    expect(refusal).toBeInstanceOf(ChatRefused)
    expect(refusal).toMatchObject({ status: 429, code: 'rate_limit_error', message: 'Slow down' })
    expect(refusalOf(502, undefined).message).toContain('502')
  })
})
