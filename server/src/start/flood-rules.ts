import type { Config } from '../config.ts'
import type { FloodRule, FloodRules } from '../platform/gates/index.ts'
import { msOf } from '../setting-schemas.ts'

const minuteMs = 60_000

const perMinute = (times: number): FloodRule | null => (times === 0 ? null : { times, withinMs: minuteMs })

/** How floods are counted, by the settings. */
export const floodRulesOf = ({ block, requests, keys, notFound }: Config['floods']): FloodRules => ({
  rules: {
    'key-stuffing': perMinute(keys),
    'id-walking': perMinute(notFound),
    'request-flood': perMinute(requests),
  },
  blockMs: block === null ? null : msOf(block),
})
