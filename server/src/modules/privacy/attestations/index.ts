import type { Route } from '../../../platform/http/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { responsibilityRoutes } from './appoint.ts'
import type { Attestations } from './attestations.ts'
import { createRemindJob } from './remind.ts'
import { statementRoutes } from './state-attestation.ts'

export { commitTo } from './attestation.ts'
export { findAttestations, listWithEvidence } from './attestation-store.ts'
export type { Attestations } from './attestations.ts'
export { openDetails } from './state-attestation.ts'

/** Statements that only people can make true. */
export const createAttestations = (deps: Attestations): { routes: readonly Route[]; jobs: readonly Job[] } => ({
  routes: [...statementRoutes(deps), ...responsibilityRoutes(deps)],
  jobs: [createRemindJob(deps)],
})
