import type {
  Llama,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaGrammar,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp'
import { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel } from 'node-llama-cpp'
import { ApiError } from './api-error.ts'
import type { ChatMessage } from './chat-request.ts'
import { loadChatTemplate } from './chat-template.ts'
import type { EngineSettings } from './settings.ts'
import type { Writing } from './writing.ts'

/** A place where one answer at a time is written. */
export type Lane = LlamaContextSequence

export interface EngineModel {
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number
  readonly lanes: Lane[]
  readonly stop: readonly string[]
  /** Answers begin with a space that belongs to the prompt. */
  readonly trimStart: boolean
  /** Token ids of a chat, ready for the answer. */
  readonly encode: (messages: readonly ChatMessage[]) => Token[]
  /** Token ids of a text as it is. */
  readonly encodeText: (text: string) => Token[]
  /** The model's own vector for a text; the first one takes a moment longer, as a place for it is made. */
  readonly embed: (tokens: Token[]) => Promise<readonly number[]>
  readonly decode: (tokens: readonly Token[], before: readonly Token[]) => string
  readonly isEnd: (token: Token) => boolean
  /** How to pick tokens for this request; `written` is read again for every token, for the penalties. */
  readonly samplingOf: (request: Writing, seed: number, written: Token[]) => Promise<SequenceEvaluateOptions>
}

const contextTokensDefault = 4096

export async function loadModel(settings: EngineSettings): Promise<EngineModel> {
  const llama = await getLlama({
    gpu: settings.gpu === 'off' ? false : settings.gpu,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    maxThreads: settings.threads,
    // llama.cpp may quote what it reads; its messages stay inside.
    logger: () => undefined,
  })
  const model = await llama.loadModel({
    modelPath: settings.modelFile,
    ...(settings.gpu === 'off' ? { gpuLayers: 0 } : {}),
  })
  const contextTokens = Math.min(settings.contextTokens || contextTokensDefault, model.trainContextSize)
  const context = await model.createContext({
    sequences: settings.parallel,
    contextSize: contextTokens,
    threads: settings.threads,
    batchSize: 512,
  })
  const lanes = Array.from({ length: settings.parallel }, () => context.getSequence())
  const tokenizer = model.fileInfo.metadata.tokenizer as { chat_template?: string } | undefined
  const template = await loadChatTemplate(settings.chatTemplate, tokenizer?.chat_template, {
    bos: model.tokens.bosString ?? '',
    eos: model.tokens.eosString ?? '',
  })
  const bos = model.tokens.bos

  function begun(tokens: Token[]): Token[] {
    if (bos !== null && model.tokens.shouldPrependBosToken && tokens[0] !== bos) tokens.unshift(bos)
    return tokens
  }

  function encode(messages: readonly ChatMessage[]): Token[] {
    return begun(template.render(messages).flatMap((part) => model.tokenize(part.text, part.control)))
  }

  let embedding: Promise<LlamaEmbeddingContext> | undefined
  async function embed(tokens: Token[]): Promise<readonly number[]> {
    embedding ??= model.createEmbeddingContext({
      contextSize: contextTokens,
      threads: settings.threads,
      batchSize: 512,
    })
    return (await (await embedding).getEmbeddingFor(tokens)).vector
  }

  return {
    contextTokens,
    lanes,
    encode,
    encodeText: (text) => begun(model.tokenize(text)),
    embed,
    samplingOf: createSampling(llama, model, contextTokens),
    stop: template.stop,
    trimStart: template.trimStart,
    decode: (tokens, before) => model.detokenize(tokens, false, before),
    isEnd: (token) => model.isEogToken(token),
  }
}

function unkeepable(cause: unknown): ApiError {
  const message = 'response_format: this JSON schema cannot be kept to by this engine'
  return new ApiError(400, 'unsupported_parameter', message, { param: 'response_format', cause })
}

/** Throws 400 for a schema that cannot be made a grammar. */
async function grammarOf(llama: Llama, json: Writing['json']): Promise<LlamaGrammar | null> {
  if (json === null) return null
  if (json === 'any') return llama.getGrammarFor('json')
  try {
    return await llama.createGrammarForJsonSchema(json as Parameters<Llama['createGrammarForJsonSchema']>[0])
  } catch (error) {
    throw unkeepable(error)
  }
}

function createSampling(llama: Llama, model: LlamaModel, contextTokens: number): EngineModel['samplingOf'] {
  return async (request, seed, written) => {
    const penalised = request.presencePenalty !== 0 || request.frequencyPenalty !== 0
    const grammar = await grammarOf(llama, request.json)
    return {
      temperature: request.temperature,
      topP: request.topP,
      topK: request.topK,
      minP: request.minP,
      seed,
      yieldEogToken: true,
      ...(penalised
        ? {
            repeatPenalty: {
              punishTokens: () => written,
              maxPunishTokens: contextTokens,
              penalty: 1,
              presencePenalty: request.presencePenalty,
              frequencyPenalty: request.frequencyPenalty,
            },
          }
        : {}),
      ...(grammar === null ? {} : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }),
    }
  }
}
