import {
  attestationEndpoints,
  type Endpoint,
  holdEndpoints,
  noticeEndpoints,
  privacyEndpoints,
  rightsEndpoints,
} from '@avow/contract'
import type { FastifyInstance } from 'fastify'
import { createApi, Refusal } from '../../platform/http/index.ts'
import { createLog } from '../../platform/log/index.ts'
import { createPrivacy, type Privacy } from './index.ts'
import type { TestSystem } from './test-system.ts'

const person = { personId: 'p', sessionId: 's', via: 'session' as const, role: null, organisationId: null }

/** The module behind the real API; a header says who calls. */
export const servePrivacy = (deps: TestSystem): { privacy: Privacy; api: FastifyInstance } => {
  const made = createPrivacy({
    ...deps,
    call: async ({ method, path }) => {
      const response = await served.inject({ method, url: path })
      return { status: response.statusCode, headers: response.headers, body: response.json() }
    },
    log: createLog('silent'),
    operatorAddress: async () => 'ops@b.invalid',
  })
  const served = createApi({
    ...deps,
    log: createLog('silent'),
    routes: made.routes,
    endpoints: [privacyEndpoints, rightsEndpoints, holdEndpoints, attestationEndpoints, noticeEndpoints].flatMap(
      (group): Endpoint[] => Object.values(group),
    ),
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
    authorise: async (_tx, access, _params, { headers }) => {
      const isStaff = headers['x-caller'] === 'staff'
      if (access.kind === 'public') return null
      if (headers['x-caller'] === undefined) throw new Refusal('not_signed_in')
      if (access.kind === 'staff' && !isStaff) throw new Refusal('forbidden')
      return { ...person, staffRole: isStaff ? 'operator' : null, staffActive: isStaff }
    },
  })
  return { privacy: made, api: served }
}
