import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usageEventOf } from './test-usage-event.ts'
import { decodeUsageLine, encodeUsageLine, isUsageLine } from './usage-line.ts'

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
const count = fc.nat(2 ** 31 - 1)
const micros = fc.bigInt({ min: 0n, max: 10n ** 17n })

test('an event is one line, and the same event when it is read back', () => {
  const event = fc.record({
    organisationId: text,
    model: text,
    provider: fc.option(text),
    stream: fc.boolean(),
    outcome: fc.constantFrom('completed', 'client_gone', 'upstream_refused', 'upstream_failed', 'interrupted'),
    atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    promptTokens: count,
    firstByteMs: fc.option(count),
    costMicros: micros,
    promptMicrosPerMillion: micros,
    origin: fc.option(fc.base64String({ minLength: 40, maxLength: 600 }).map((one) => one.replaceAll(/[+/=]/g, '_'))),
  })
  fc.assert(
    fc.property(event, (fields) => {
      const whole = usageEventOf({ id: 'req_1', ...fields } as Parameters<typeof usageEventOf>[0])
      const line = encodeUsageLine(whole)
      expect(line).not.toContain('\n')
      expect(decodeUsageLine(line)).toEqual(whole)
    }),
  )
})

test('what is not a line of ours is known before the database sees it', () => {
  const line = encodeUsageLine(usageEventOf({ id: 'req_1' }))
  expect(isUsageLine(line)).toBe(true)
  for (const wrong of ['', '{}', `${line}\t1`, line.replace('\t10\t', '\t-1\t'), line.replace('completed', 'done')]) {
    expect(isUsageLine(wrong)).toBe(false)
  }
})
