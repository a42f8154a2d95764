import type { Answered } from '../../api-types.ts'
import { readFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { price } from '../../money.ts'
import { spanMs } from '../../time.ts'

export type Endpoint = Answered<'/api/v1/projects/{projectId}/endpoints', 'post', 201>

const range = /^(\d)(?:\.\.(\d))?$/

/** "0..3": between none and three; "2": always two. */
export const replicasFlag = readFlag('--replicas <range>', 'such as 0..3, or 2 for always two', (raw) => {
  const [, from, to] = range.exec(raw) ?? []
  if (from === undefined)
    throw usageFailure(`"${raw}" is no number of replicas`, 'Write 0..3, 1..2, or one number from 1 to 3.')
  return { replicasMin: Number(from), replicasMax: Number(to ?? from) }
})

export const idleFlag = readFlag('--idle <time>', 'after which replicas go that were not needed, such as 5m', (raw) => {
  const ms = spanMs(raw)
  if (ms === undefined) throw usageFailure(`"${raw}" is not a span of time`, 'Write 30s, 5m or 1h.')
  return ms / 1000
})

export const replicasOf = ({ replicasMin, replicasMax }: Endpoint): string =>
  replicasMin === replicasMax ? String(replicasMin) : `${replicasMin}..${replicasMax}`

/** A second of one replica, and an hour of it. */
export const priceOf = ({ priceMicrosPerSecond, currency }: Endpoint): string =>
  `${price(priceMicrosPerSecond, currency)} a second, ${price(String(BigInt(priceMicrosPerSecond) * 3600n), currency)} an hour`

export const costOf = ({ costMicros, currency }: Endpoint): string => price(costMicros, currency)

export const endpointText = (one: Endpoint): string =>
  [
    `${one.id}: ${one.state}${one.reason === null ? '' : `. ${one.reason}`}`,
    `  model ${one.modelName} (${one.model}), for keys of this project`,
    `  ${one.ready} of ${replicasOf(one)} replicas ready, size ${one.size}; ${one.inFlight} requests at them, ${one.waiting} wait`,
    `  ${priceOf(one)} for each replica that runs; ${one.seconds} s so far, ${costOf(one)}`,
    '',
  ].join('\n')
