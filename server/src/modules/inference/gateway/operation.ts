/**
 * An operation of OpenAI's API that a model's server answers. Each takes a JSON object that names a model; all but what
 * the gateway must know of it passes through (https://platform.openai.com/docs/api-reference).
 */
export interface Operation {
  readonly name: 'chat.completions' | 'completions' | 'embeddings' | 'responses'
  readonly path: string
  /** Below the base address of a model's server. */
  readonly upstreamPath: string
  /** The member that holds what the model reads. */
  readonly input: 'messages' | 'prompt' | 'input'
  /** Whether the model writes an answer, token by token, and so may stream it. */
  readonly writes: boolean
}

export const chatCompletions: Operation = {
  name: 'chat.completions',
  path: '/v1/chat/completions',
  upstreamPath: '/chat/completions',
  input: 'messages',
  writes: true,
}

export const completions: Operation = {
  name: 'completions',
  path: '/v1/completions',
  upstreamPath: '/completions',
  input: 'prompt',
  writes: true,
}

export const embeddings: Operation = {
  name: 'embeddings',
  path: '/v1/embeddings',
  upstreamPath: '/embeddings',
  input: 'input',
  writes: false,
}

/** Goes to a model's server as a chat completion. */
export const responses: Operation = {
  name: 'responses',
  path: '/v1/responses',
  upstreamPath: '/chat/completions',
  input: 'messages',
  writes: true,
}

export const operations: readonly Operation[] = [chatCompletions, completions, embeddings, responses]

const byPath = new Map(operations.map((operation) => [operation.path, operation]))

export const operationAt = (path: string): Operation | undefined => byPath.get(path)
