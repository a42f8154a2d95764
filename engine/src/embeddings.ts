import type { ServerResponse } from 'node:http'
import type { Token } from 'node-llama-cpp'
import type { EngineDeps } from './answer.ts'
import { inLane, requireModel } from './answer.ts'
import { readObject, refuseUnknown, unsupported, wrong } from './read-fields.ts'
import { encodePrompt } from './write-answer.ts'

const accepted = new Set(['model', 'input', 'user', 'encoding_format'])
/** OpenAI's limit of texts in one request. */
const textsMax = 2048

interface EmbeddingRequest {
  readonly model: string
  readonly input: readonly string[]
  readonly base64: boolean
}

function readInput(value: unknown): readonly string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value]
  if (texts.length === 0 || texts.length > textsMax) throw wrong('input', `must hold 1 to ${textsMax} texts`)
  return texts.map((text) => {
    if (typeof text === 'number' || Array.isArray(text))
      throw unsupported('input', 'this engine takes text, not token ids')
    if (typeof text !== 'string' || text === '')
      throw wrong('input', 'must be text that is not empty, or a list of such texts')
    return text
  })
}

/** A body of POST /v1/embeddings, checked. Throws ApiError 400 that names the field. */
export function readEmbeddingRequest(given: unknown): EmbeddingRequest {
  const body = readObject(given)
  refuseUnknown(body, accepted, {})
  const format = body.encoding_format ?? 'float'
  if (format !== 'float' && format !== 'base64') throw wrong('encoding_format', 'must be float or base64')
  return { model: body.model, input: readInput(body.input), base64: format === 'base64' }
}

/** Of length 1, as OpenAI's are, so that a dot product is the cosine. */
function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length))
}

function encoded(vector: Float32Array, base64: boolean): string | number[] {
  return base64 ? Buffer.from(vector.buffer).toString('base64') : [...vector]
}

/** POST /v1/embeddings: a vector for each text. Base64 holds little-endian 32-bit floats. */
export async function answerEmbeddings(
  deps: EngineDeps,
  body: unknown,
  requestId: string,
  response: ServerResponse,
): Promise<void> {
  const { model, input, base64 } = readEmbeddingRequest(body)
  requireModel(deps, model)
  const texts = input.map((text) =>
    encodePrompt(deps.model, { param: 'input', characters: text.length, encode: () => deps.model.encodeText(text) }),
  )
  await inLane(deps, requestId, response, async (_lane, usage, signal) => {
    const data: object[] = []
    for (const [index, tokens] of texts.entries()) {
      signal.throwIfAborted()
      const vector = normalised(await deps.pulse.watch(deps.model.embed(tokens as Token[])))
      usage.promptTokens += tokens.length
      data.push({ object: 'embedding', index, embedding: encoded(vector, base64) })
    }
    const tokens = usage.promptTokens
    const text = JSON.stringify({
      object: 'list',
      data,
      model: deps.modelId,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
    return 'stop'
  })
}
