import { HumanMessage, ToolMessage, type UsageMetadata } from '@langchain/core/messages'
import { DynamicStructuredTool } from '@langchain/core/tools'
import { ChatOpenAI, OpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { type Address, asks, type Colour, colourSchema, placeSchema, question } from './asked.ts'

const weather = new DynamicStructuredTool({
  name: 'weather',
  description: 'The weather of a place',
  schema: placeSchema,
  func: async (given) => `rain in ${(given as { place: string }).place}`,
})

/** What LangChain makes of a running Avow with the models `avow-tiny` and `mock`. */
export const driveLangChain = async ({ url, apiKey }: Address) => {
  const at = { apiKey, maxRetries: 0, temperature: 0, configuration: { baseURL: `${url}/v1` } }
  const real = new ChatOpenAI({ ...at, model: 'avow-tiny' })
  const plain = await real.invoke(question)
  let streamed = ''
  let streamedUsage: UsageMetadata | undefined
  for await (const chunk of await real.stream(question)) {
    streamed += chunk.text
    streamedUsage = chunk.usage_metadata ?? streamedUsage
  }
  const batched = await real.batch([question, question])
  const byResponses = await new ChatOpenAI({ ...at, model: 'avow-tiny', useResponsesApi: true }).invoke(question)
  const structured = await real
    .withStructuredOutput<Colour>(colourSchema, { name: 'sky', method: 'jsonSchema' })
    .invoke(question)

  const mock = new ChatOpenAI({ ...at, model: 'mock' })
  const asked = new HumanMessage(asks({ call: { place: 'Oslo' } }))
  const called = await mock.bindTools([weather]).invoke([asked])
  const call = called.tool_calls?.[0]
  const content = await weather.invoke(call?.args ?? {})
  const result = new ToolMessage({ content, tool_call_id: call?.id ?? '' })
  const final = await mock.bindTools([weather]).invoke([asked, called, result])
  const byFunction = await mock
    .withStructuredOutput<Colour>(colourSchema, { name: 'sky', method: 'functionCalling' })
    .invoke(asks({ call: { colour: 'blue' } }))

  const completed = await new OpenAI({ ...at, model: 'avow-tiny', maxTokens: 4 }).invoke('The sky is')
  const vectors = await new OpenAIEmbeddings({ ...at, model: 'avow-tiny' }).embedDocuments(['blue sky', 'grey sky'])
  const refused = await new ChatOpenAI({ ...at, model: 'none' })
    .invoke(question)
    .catch((error: { status?: number; code?: string }) => [error.status, error.code])
  return {
    plain: plain.text,
    streamed,
    batched: batched.map(({ text }) => text),
    byResponses: byResponses.text,
    usages: [plain.usage_metadata, streamedUsage, byResponses.usage_metadata] as (UsageMetadata | undefined)[],
    objects: [structured, byFunction],
    result: content,
    final: final.text,
    completed,
    vectors: vectors.map(({ length }) => length),
    refused,
  }
}
