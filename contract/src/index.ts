import type { Endpoint } from './endpoint.ts'
import { accountEndpoints, keyEndpoints, organisationEndpoints, projectEndpoints, staffEndpoints } from './identity.ts'
import { modelEndpoints, usageEndpoints } from './inference.ts'
import { operateEndpoints, privacyEndpoints } from './privacy.ts'

export * from './endpoint.ts'
export * from './errors.ts'
export * from './identity.ts'
export * from './inference.ts'
export * from './openapi.ts'
export * from './privacy.ts'

/** Every endpoint of the control plane, by group. */
export const contract = {
  account: accountEndpoints,
  organisations: organisationEndpoints,
  projects: projectEndpoints,
  keys: keyEndpoints,
  staff: staffEndpoints,
  models: modelEndpoints,
  usage: usageEndpoints,
  privacy: privacyEndpoints,
  operate: operateEndpoints,
} as const

/** The same as a flat list. */
export const endpoints: readonly Endpoint[] = Object.values(contract).flatMap((group) => Object.values(group))
