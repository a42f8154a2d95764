import type { keyEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import { hour, type Identity } from '../identity.ts'
import { issueKey } from './issue-key.ts'
import { parseExpiry, viewKey } from './key.ts'
import { requireKnownModels } from './require-known-models.ts'

const playgroundLifeMs = hour

export const createKey =
  (identity: Identity): Handler<typeof keyEndpoints.create> =>
  async ({ tx, caller, params, body }) => {
    const now = identity.clock.now()
    const { row, secret } = await issueKey(identity, tx, {
      ...body,
      projectId: params.projectId,
      kind: 'api',
      allowedModels: await requireKnownModels(identity, tx, params.projectId, body.allowedModels),
      createdBy: caller.personId,
      expiresAt: parseExpiry(body.expiresAt, now),
    })
    return { ...viewKey(row, now), secret }
  }

/** A key for the console's playground: kept in the page's memory only, so it is short-lived and made anew. */
export const createPlaygroundKey =
  (identity: Identity): Handler<typeof keyEndpoints.createPlayground> =>
  async ({ tx, caller, params }) => {
    const now = identity.clock.now()
    const { row, secret } = await issueKey(identity, tx, {
      projectId: params.projectId,
      kind: 'playground',
      name: 'Playground',
      allowedModels: null,
      requestsPerMinute: null,
      tokensPerMinute: null,
      concurrentRequests: null,
      createdBy: caller.personId,
      expiresAt: new Date(now.getTime() + playgroundLifeMs),
    })
    return { ...viewKey(row, now), secret }
  }
