import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel } from 'node-llama-cpp'
import type { ChatMessage, ChatRequest } from './chat-request.ts'
import { loadChatTemplate } from './chat-template.ts'
import type { EngineSettings } from './settings.ts'

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
  readonly decode: (tokens: readonly Token[], before: readonly Token[]) => string
  readonly isEnd: (token: Token) => boolean
  /** How to pick tokens for this request; `written` is read again for every token, for the penalties. */
  readonly samplingOf: (request: ChatRequest, seed: number, written: Token[]) => Promise<SequenceEvaluateOptions>
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

  function encode(messages: readonly ChatMessage[]): Token[] {
    const tokens = template.render(messages).flatMap((part) => model.tokenize(part.text, part.control))
    if (bos !== null && model.tokens.shouldPrependBosToken && tokens[0] !== bos) tokens.unshift(bos)
    return tokens
  }

  async function samplingOf(request: ChatRequest, seed: number, written: Token[]): Promise<SequenceEvaluateOptions> {
    const penalised = request.presencePenalty !== 0 || request.frequencyPenalty !== 0
    const grammar = request.jsonObject ? await llama.getGrammarFor('json') : null
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

  return {
    contextTokens,
    lanes,
    encode,
    samplingOf,
    stop: template.stop,
    trimStart: template.trimStart,
    decode: (tokens, before) => model.detokenize(tokens, false, before),
    isEnd: (token) => model.isEogToken(token),
  }
}
