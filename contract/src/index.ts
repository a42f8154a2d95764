import { accountEndpoints } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import { modelEndpoints, usageEndpoints } from './inference.ts'
import { keyEndpoints } from './keys.ts'
import { organisationEndpoints } from './organisations.ts'
import { operateEndpoints, privacyEndpoints } from './privacy.ts'
import { projectEndpoints } from './projects.ts'
import { holdEndpoints, rightsEndpoints } from './rights.ts'
import { staffEndpoints } from './staff.ts'

export * from './account.ts'
export * from './endpoint.ts'
export * from './errors.ts'
export * from './gateway-errors.ts'
export { organisationRole } from './identity-fields.ts'
export * from './inference.ts'
export * from './keys.ts'
export * from './openapi.ts'
export * from './organisations.ts'
export * from './policy-views.ts'
export * from './privacy.ts'
export * from './projects.ts'
export * from './rights.ts'
export * from './staff.ts'

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
  rights: rightsEndpoints,
  holds: holdEndpoints,
  operate: operateEndpoints,
} as const

/** The same as a flat list. */
export const endpoints: readonly Endpoint[] = Object.values(contract).flatMap((group) => Object.values(group))
