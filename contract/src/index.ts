import { accountEndpoints } from './account.ts'
import { addendumEndpoints } from './addenda.ts'
import { alertEndpoints } from './alerts.ts'
import { attestationEndpoints } from './attestations.ts'
import { authorityRequestEndpoints } from './authority-requests.ts'
import { backupEndpoints } from './backups.ts'
import { balanceEndpoints } from './balance.ts'
import { blockEndpoints } from './blocks.ts'
import { bodyEndpoints } from './bodies.ts'
import { budgetEndpoints } from './budgets.ts'
import { choiceEndpoints, choiceForEndpoints } from './choices.ts'
import { contactEndpoints } from './contact.ts'
import type { Endpoint } from './endpoint.ts'
import { gatewayEndpoints } from './gateways.ts'
import { holdEndpoints } from './holds.ts'
import { modelEndpoints, usageEndpoints } from './inference.ts'
import { keyEndpoints } from './keys.ts'
import { limitEndpoints } from './limits.ts'
import { liveEndpoints } from './live.ts'
import { modelEndpointEndpoints } from './model-endpoints.ts'
import { modelRouteEndpoints } from './model-routes.ts'
import { noticeEndpoints } from './notices.ts'
import { organisationEndpoints } from './organisations.ts'
import { placementEndpoints } from './placement.ts'
import { planEndpoints } from './plans.ts'
import { operateEndpoints, privacyEndpoints } from './privacy.ts'
import { processorEndpoints } from './processors.ts'
import { projectEndpoints } from './projects.ts'
import { rightsEndpoints } from './rights.ts'
import { staffEndpoints } from './staff.ts'
import { staffAccessEndpoints } from './staff-access.ts'
import { trainingEndpoints } from './training.ts'

export * from './account.ts'
export * from './account-changes.ts'
export * from './addenda.ts'
export * from './alerts.ts'
export * from './attestations.ts'
export * from './authority-requests.ts'
export * from './backups.ts'
export * from './balance.ts'
export * from './blocks.ts'
export * from './bodies.ts'
export * from './budgets.ts'
export * from './choices.ts'
export * from './closed-organisations.ts'
export * from './contact.ts'
export * from './endpoint.ts'
export * from './errors.ts'
export * from './exports.ts'
export * from './gateway-errors.ts'
export * from './gateways.ts'
export * from './holds.ts'
export { organisationRole } from './identity-fields.ts'
export * from './inference.ts'
export * from './keys.ts'
export * from './limits.ts'
export * from './live.ts'
export * from './model-endpoints.ts'
export * from './model-routes.ts'
export * from './notices.ts'
export * from './openapi.ts'
export * from './organisations.ts'
export * from './parameters.ts'
export * from './placement.ts'
export * from './plans.ts'
export * from './policy-views.ts'
export * from './privacy.ts'
export * from './processing-record.ts'
export * from './processors.ts'
export * from './projects.ts'
export * from './rights.ts'
export * from './rights-requests.ts'
export * from './staff.ts'
export * from './staff-access.ts'
export * from './training.ts'

/** Every endpoint of the control plane, by group. */
export const contract = {
  account: accountEndpoints,
  organisations: organisationEndpoints,
  addenda: addendumEndpoints,
  placement: placementEndpoints,
  projects: projectEndpoints,
  keys: keyEndpoints,
  staff: staffEndpoints,
  models: modelEndpoints,
  endpoints: modelEndpointEndpoints,
  modelRoutes: modelRouteEndpoints,
  usage: usageEndpoints,
  live: liveEndpoints,
  budgets: budgetEndpoints,
  balance: balanceEndpoints,
  limits: limitEndpoints,
  bodies: bodyEndpoints,
  privacy: privacyEndpoints,
  rights: rightsEndpoints,
  choices: choiceEndpoints,
  choicesFor: choiceForEndpoints,
  holds: holdEndpoints,
  attestations: attestationEndpoints,
  notices: noticeEndpoints,
  staffAccess: staffAccessEndpoints,
  processors: processorEndpoints,
  plans: planEndpoints,
  training: trainingEndpoints,
  authorityRequests: authorityRequestEndpoints,
  alerts: alertEndpoints,
  blocks: blockEndpoints,
  contact: contactEndpoints,
  operate: operateEndpoints,
  backups: backupEndpoints,
  gateways: gatewayEndpoints,
} as const

/** The same as a flat list. */
export const endpoints: readonly Endpoint[] = Object.values(contract).flatMap((group) => Object.values(group))
