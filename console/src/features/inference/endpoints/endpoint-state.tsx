import {
  IconAlertOctagon,
  IconCircleCheck,
  IconCircleDashed,
  IconClockHour4,
  IconProgressDown,
} from '@tabler/icons-react'
import { money } from '../../../ui/format.ts'
import { Badge } from '../../../ui/state-badge.tsx'
import type { Endpoint } from './endpoints-queries.ts'

const looks = {
  asleep: { tone: 'calm', shape: IconCircleDashed },
  starting: { tone: 'warn', shape: IconClockHour4 },
  ready: { tone: 'good', shape: IconCircleCheck },
  updating: { tone: 'note', shape: IconProgressDown },
  failing: { tone: 'bad', shape: IconAlertOctagon },
  deleting: { tone: 'calm', shape: IconProgressDown },
} as const

export const EndpointState = ({ state }: Pick<Endpoint, 'state'>) => <Badge {...looks[state]} word={state} />

export const replicasOf = ({ replicasMin, replicasMax }: Pick<Endpoint, 'replicasMin' | 'replicasMax'>): string =>
  replicasMin === replicasMax ? String(replicasMin) : `${replicasMin}..${replicasMax}`

const secondsAnHour = 3600n

/** What one replica costs in an hour. */
export const hourOf = (priceMicrosPerSecond: string, currency: string): string =>
  money(String(BigInt(priceMicrosPerSecond) * secondsAnHour), currency)
