import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  embedMany,
  generateObject,
  generateText,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai'
import { type Address, asks, type Colour, colourSchema, placeSchema, question } from './asked.ts'

const schema = jsonSchema<Colour>(colourSchema)

const tools = {
  weather: tool({
    description: 'The weather of a place',
    inputSchema: jsonSchema<{ place: string }>(placeSchema),
    execute: async ({ place }) => `rain in ${place}`,
  }),
}

/** Prompt and completion tokens of one answer or more. */
const tokensOf = (...all: { inputTokens: number | undefined; outputTokens: number | undefined }[]) => ({
  promptTokens: all.reduce((sum, { inputTokens = Number.NaN }) => sum + inputTokens, 0),
  completionTokens: all.reduce((sum, { outputTokens = Number.NaN }) => sum + outputTokens, 0),
})

/** Text, stream, structured output and tools by one of the two APIs. */
const driveModel = async (real: LanguageModel, mock: LanguageModel) => {
  const once = { maxRetries: 0, temperature: 0 }
  const plain = await generateText({ ...once, model: real, prompt: question, system: 'Be short.' })
  const streaming = streamText({ ...once, model: real, prompt: question, system: 'Be short.' })
  let streamed = ''
  for await (const piece of streaming.textStream) streamed += piece
  const object = await generateObject({ ...once, model: real, prompt: question, schema })
  const output = await generateText({ ...once, model: real, prompt: question, output: Output.object({ schema }) })
  const ask = { ...once, model: mock, tools, stopWhen: stepCountIs(3), prompt: asks({ call: { place: 'Oslo' } }) }
  const called = await generateText(ask)
  const calling = streamText(ask)
  await calling.consumeStream()
  // Without `store: false` it refers to what it thinks is stored.
  const notStored = { openai: { store: false } }
  const one = await generateText({ ...once, model: mock, prompt: asks({ tokens: 2 }), providerOptions: notStored })
  const turns: ModelMessage[] = [
    { role: 'user', content: asks({ tokens: 2 }) },
    ...one.response.messages,
    { role: 'user', content: asks({ tokens: 3 }) },
  ]
  const two = await generateText({ ...once, model: mock, messages: turns, providerOptions: notStored })
  const [steps, streamedUsage, calledUsage] = [await calling.steps, await streaming.usage, await calling.totalUsage]
  return {
    plain: plain.text,
    streamed,
    objects: [object.object, output.output],
    results: [called.steps, steps].map(([step]) => step?.toolResults.map((one) => one.output)),
    finalTexts: [called.text, await calling.text],
    secondTurn: two.text,
    used: {
      real: tokensOf(plain.usage, streamedUsage, object.usage, output.usage),
      mock: tokensOf(called.totalUsage, calledUsage, one.usage, two.usage),
    },
  }
}

/** What the Vercel AI SDK makes of a running Avow with the models `avow-tiny` and `mock`. */
export const driveVercelAi = async ({ url, apiKey }: Address) => {
  const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey })
  const chat = await driveModel(openai.chat('avow-tiny'), openai.chat('mock'))
  const responses = await driveModel(openai.responses('avow-tiny'), openai.responses('mock'))
  const embedded = await embedMany({ model: openai.embedding('avow-tiny'), values: ['blue sky', 'grey sky'] })
  const refused = await generateText({ model: openai.chat('none'), prompt: question, maxRetries: 0 }).catch(
    (error: unknown) => (APICallError.isInstance(error) ? [error.statusCode, error.isRetryable] : String(error)),
  )
  return {
    ...{ chat, responses, refused },
    vectors: embedded.embeddings.map(({ length }) => length),
    embeddedTokens: embedded.usage.tokens,
  }
}
