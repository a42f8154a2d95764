import type { endpointSizes } from '@avow/contract'

export type EndpointSizeId = (typeof endpointSizes)[number]

/** What one replica has, and what a second of it costs. */
export interface EndpointSize {
  readonly id: EndpointSizeId
  readonly cpus: number
  readonly memoryBytes: number
  /** Requests that it answers at once. */
  readonly parallel: number
  /** Micro-units of the operator's currency. */
  readonly priceMicrosPerSecond: bigint
}

const gibibyte = 1024 ** 3

export const sizes: Readonly<Record<EndpointSizeId, EndpointSize>> = {
  small: { id: 'small', cpus: 1, memoryBytes: gibibyte, parallel: 4, priceMicrosPerSecond: 12n },
  medium: { id: 'medium', cpus: 2, memoryBytes: 4 * gibibyte, parallel: 8, priceMicrosPerSecond: 36n },
  large: { id: 'large', cpus: 8, memoryBytes: 16 * gibibyte, parallel: 16, priceMicrosPerSecond: 140n },
}

/** Why a machine cannot run a replica of a size; null when it can. */
export const misfit = (size: EndpointSize, machine: { cpus: number; memoryBytes: number }): string | null => {
  if (size.cpus > machine.cpus) return `needs ${size.cpus} CPUs, and this machine has ${machine.cpus}`
  if (size.memoryBytes > machine.memoryBytes)
    return `needs ${size.memoryBytes / gibibyte} GiB of memory, and this machine has ${Math.floor(machine.memoryBytes / gibibyte)}`
  return null
}
