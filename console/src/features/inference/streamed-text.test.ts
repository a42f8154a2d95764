import { expect, test } from 'vitest'
import { streamedText } from './streamed-text.ts'

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`

test('a kept stream reads as the text that came through it', () => {
  expect(streamedText(`${chunk('The sky ')}${chunk('is blue.')}data: [DONE]\n\n`)).toBe('The sky is blue.')
  expect(streamedText('data: {"choices":[{"text":"blue"}]}\r\n\r\ndata: {"choi')).toBe('blue')
  const response = { type: 'response.output_text.delta', delta: 'blue' }
  expect(streamedText(`event: response.output_text.delta\ndata: ${JSON.stringify(response)}\n\n`)).toBe('blue')
  expect(streamedText('data: {"error":{"message":"gone"}}\n\n')).toBe('')
})

test('an answer that was not streamed is left as it is', () => {
  expect(streamedText('{"choices":[{"message":{"content":"data: blue"}}]}')).toBeNull()
})
