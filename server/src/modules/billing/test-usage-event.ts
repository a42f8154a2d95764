import { priceUsage } from './price-usage.ts'
import type { UsageEvent } from './usage-event.ts'

/** For tests: a booked request with what matters to the test filled in. */
export const usageEventOf = (more: Partial<UsageEvent> & { id: string }): UsageEvent => {
  const event = { ...usual, ...more }
  return { ...event, costMicros: more.costMicros ?? priceUsage(event, event) }
}

const usual: Omit<UsageEvent, 'id'> = {
  atMs: Date.UTC(2026, 2, 14, 10, 15),
  organisationId: 'org_1',
  projectId: 'prj_1',
  keyId: 'key_1',
  model: 'm',
  served: 'embedded',
  provider: null,
  stream: false,
  outcome: 'completed',
  status: 200,
  promptTokens: 10,
  completionTokens: 5,
  estimated: false,
  firstByteMs: 12,
  durationMs: 40,
  currency: 'EUR',
  promptMicrosPerMillion: 400_000n,
  completionMicrosPerMillion: 600_000n,
  costMicros: 7n,
  origin: null,
}
