import type { Config } from '../config.ts'
import type { SpendRule } from '../modules/billing/index.ts'
import type { SpendRules } from '../modules/privacy/index.ts'
import type { FloodRule, FloodRules } from '../platform/gates/index.ts'
import { msOf } from '../setting-schemas.ts'

const minuteMs = 60_000

const perMinute = (times: number): FloodRule | null => (times === 0 ? null : { times, withinMs: minuteMs })

/** When spending is sudden, by the settings; null: nobody watches. */
export const spendRuleOf = ({ times, floor }: Config['spend']): SpendRule | null =>
  times === 0 ? null : { times, floorMicros: BigInt(floor) * 1_000_000n }

/** How sudden spending is met, by the settings. */
export const spendRulesOf = ({ times, throttle, requestsPerMinute }: Config['spend']): SpendRules => {
  const forMs = throttle === null ? null : msOf(throttle)
  return { times, throttle: forMs === null ? null : { forMs, requestsPerMinute } }
}

/** How floods are counted, by the settings. */
export const floodRulesOf = ({ block, requests, keys, notFound }: Config['floods']): FloodRules => ({
  rules: {
    'key-stuffing': perMinute(keys),
    'id-walking': perMinute(notFound),
    'request-flood': perMinute(requests),
  },
  blockMs: block === null ? null : msOf(block),
})
