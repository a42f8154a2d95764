import { NativeSelect, NumberInput } from '@mantine/core'
import type { Endpoint } from './endpoints-queries.ts'

export interface ScaleFields {
  replicasMin: number
  replicasMax: number
  idleSeconds: number
}

const replicasMost = 3
const idleChoices = [
  { value: '60', label: 'a minute' },
  { value: '300', label: 'five minutes' },
  { value: '1800', label: 'half an hour' },
  { value: '7200', label: 'two hours' },
]

export const scaleOf = ({ replicasMin, replicasMax, idleSeconds }: Endpoint): ScaleFields => ({
  replicasMin,
  replicasMax,
  idleSeconds,
})

/** Between how many replicas, and when those go that are not needed. */
export const ScaleInputs = ({ fields, set }: { fields: ScaleFields; set: (change: Partial<ScaleFields>) => void }) => {
  const idle = String(fields.idleSeconds)
  const isKnown = idleChoices.some(({ value }) => value === idle)
  return (
    <>
      <NumberInput
        label="Replicas at least"
        description="With 0 it sleeps while nobody asks; the next request waits some seconds until a replica is ready."
        min={0}
        max={replicasMost}
        value={fields.replicasMin}
        onChange={(value) => set({ replicasMin: Number(value) })}
      />
      <NumberInput
        label="Replicas at most"
        min={1}
        max={replicasMost}
        value={fields.replicasMax}
        onChange={(value) => set({ replicasMax: Number(value) })}
      />
      <NativeSelect
        label="End those that were not needed for"
        value={idle}
        onChange={(event) => set({ idleSeconds: Number(event.currentTarget.value) })}
        data={isKnown ? idleChoices : [{ value: idle, label: `${idle} seconds` }, ...idleChoices]}
      />
    </>
  )
}

/** The same as words of the CLI. */
export const scaleWords = ({ replicasMin, replicasMax, idleSeconds }: ScaleFields): string[] => [
  '--replicas',
  replicasMin === replicasMax ? String(replicasMin) : `${replicasMin}..${replicasMax}`,
  '--idle',
  `${idleSeconds}s`,
]
