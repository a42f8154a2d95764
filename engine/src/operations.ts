import type { ServerResponse } from 'node:http'
import type { Token } from 'node-llama-cpp'
import type { EngineDeps } from './answer.ts'
import { answer } from './answer.ts'
import { chatShape, completionShape } from './answer-shape.ts'
import { readChatRequest } from './chat-request.ts'
import { readCompletionRequest } from './completion-request.ts'
import { answerEmbeddings } from './embeddings.ts'

type Operation = (deps: EngineDeps, body: unknown, requestId: string, response: ServerResponse) => Promise<void>

const chat: Operation = (deps, body, requestId, response) => {
  const request = readChatRequest(body, deps.temperatureDefault)
  const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0)
  const reading = { param: 'messages', characters, encode: () => deps.model.encode(request.messages) }
  return answer(deps, { request, reading, shape: chatShape }, requestId, response)
}

/** The prompt as it is: no template, no end of turn of ours. */
const complete: Operation = (deps, body, requestId, response) => {
  const request = readCompletionRequest(body, deps.temperatureDefault)
  const { prompt } = request
  const encode = () => (typeof prompt === 'string' ? deps.model.encodeText(prompt) : ([...prompt] as Token[]))
  const reading = { param: 'prompt', characters: prompt.length, encode }
  return answer(deps, { request, reading, shape: completionShape }, requestId, response)
}

/** What the engine answers, by the path that is posted to. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['/v1/chat/completions', chat],
  ['/v1/completions', complete],
  ['/v1/embeddings', answerEmbeddings],
])
