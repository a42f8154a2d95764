import type { UsageEvent } from './usage-event.ts'

/** For tests: a booked request with what matters to the test filled in. */
export const usageEventOf = (more: Partial<UsageEvent> & { id: string }): UsageEvent => ({
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
  promptMicrosPerMillion: 0n,
  completionMicrosPerMillion: 0n,
  costMicros: 7n,
  ...more,
})
