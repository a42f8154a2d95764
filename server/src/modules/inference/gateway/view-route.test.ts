import { afterEach, beforeEach, expect, test } from 'vitest'
import { memberAt, startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway

beforeEach(async () => {
  at = await startTestGateway()
})

afterEach(() => at.close())

test('a model says its price, its context, its licence, and who else sees what is sent to it', async () => {
  at.models.set('m', {
    ...at.models.get('m')!,
    members: [memberAt(at.pool, { provider: 'Example Ltd', country: 'DE' })],
    licence: 'apache-2.0',
    contextTokens: 8192,
    promptMicrosPerMillion: 250_000n,
    completionMicrosPerMillion: 3_000_001n,
  })
  const response = await fetch(`${at.url}/v1/models/m`, { headers: { authorization: 'Bearer sk-good' } })
  expect(await response.json()).toMatchObject({
    id: 'm',
    object: 'model',
    owned_by: 'Example Ltd',
    context_length: 8192,
    licence: 'apache-2.0',
    country: 'DE',
    provider: 'Example Ltd',
    third_party: true,
    places: [{ provider: 'Example Ltd', country: 'DE' }],
    pricing: { currency: 'EUR', prompt_per_million_tokens: '0.25', completion_per_million_tokens: '3.000001' },
  })
})
