import { readFlag } from './command.ts'
import { usageFailure } from './failure.ts'

type Wanted = number | 'none' | undefined

const countOrNone = (raw: string): number | 'none' => {
  if (raw === 'none') return raw
  if (!/^[1-9]\d{0,11}$/.test(raw)) throw usageFailure(`"${raw}" is neither a whole number nor "none"`)
  return Number(raw)
}

const limitFrom = (wanted: number | 'none'): number | null => (wanted === 'none' ? null : wanted)

/** Flags that set limits of calls, or take them away. */
export const limitFlags = {
  rpm: readFlag('--rpm <n>', 'requests per minute, or none', countOrNone),
  tpm: readFlag('--tpm <n>', 'tokens per minute, or none', countOrNone),
  concurrent: readFlag('--concurrent <n>', 'requests at once, or none', countOrNone),
}

/** What these flags change; nothing of what was not said. */
export const limitsFrom = ({ rpm, tpm, concurrent }: { rpm?: Wanted; tpm?: Wanted; concurrent?: Wanted }) => ({
  ...(rpm === undefined ? {} : { requestsPerMinute: limitFrom(rpm) }),
  ...(tpm === undefined ? {} : { tokensPerMinute: limitFrom(tpm) }),
  ...(concurrent === undefined ? {} : { concurrentRequests: limitFrom(concurrent) }),
})
