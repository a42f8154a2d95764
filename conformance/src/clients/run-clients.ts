/**
 * `npm run clients -w conformance`: drives clients of others against a fresh Avow, among them LiteLLM, whose installation
 * takes too long for `npm test`. Prints what each saw; ends with 1 where that is not what it should be.
 */
import assert from 'node:assert/strict'
import { createKey, startWithMock } from '../inference.ts'
import { type Address, colourSchema } from './asked.ts'
import { driveLangChain } from './langchain.ts'
import { driveLiteLlm } from './litellm.ts'
import { driveVercelAi } from './vercel-ai.ts'

const blue = { colour: colourSchema.properties.colour.enum[0] }
const place = { place: 'Oslo' }

const clients: Readonly<Record<string, (at: Address) => Promise<object>>> = {
  'Vercel AI SDK': async (at) => {
    const seen = await driveVercelAi(at)
    for (const { plain, streamed, objects, results } of [seen.chat, seen.responses]) {
      assert.equal(streamed, plain)
      assert.deepEqual(
        [objects, results],
        [
          [blue, blue],
          [['rain in Oslo'], ['rain in Oslo']],
        ],
      )
    }
    return seen
  },
  LangChain: async (at) => {
    const seen = await driveLangChain(at)
    assert.deepEqual([seen.streamed, seen.byResponses, seen.objects], [seen.plain, seen.plain, [blue, blue]])
    return seen
  },
  LiteLLM: async (at) => {
    const seen = await driveLiteLlm(at)
    assert.ok(!('missing' in seen), String(seen['missing']))
    const { plain, counted } = seen
    assert.ok(String(plain).length > 0)
    assert.deepEqual(
      { ...seen, completed: '' },
      {
        ...{ plain, streamed: plain, response: plain, structured: blue, tools: ['weather', place, place] },
        ...{ completed: '', vectors: 2, counted, streamed_counted: counted },
        ...{ unknown_model: 'NotFoundError', wrong_key: 'AuthenticationError', refused: 'BadRequestError' },
      },
    )
    return seen
  },
}

const stage = await startWithMock()
try {
  for (const [name, drive] of Object.entries(clients)) {
    const { secret } = await createKey(stage.avow, name)
    try {
      const seen = await drive({ url: stage.avow.url, apiKey: secret })
      process.stdout.write(`ok      ${name} ${JSON.stringify(seen)}\n`)
    } catch (error) {
      process.exitCode = 1
      process.stdout.write(`failed  ${name} ${(error as Error).message}\n`)
    }
  }
} finally {
  await stage.end()
}
