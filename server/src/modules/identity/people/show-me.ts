import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { listOrganisationsOf } from '../organisations/organisation-store.ts'
import { viewOrganisation } from '../organisations/organisation-view.ts'
import { renewSessionCookie } from '../sessions/session.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'

const organisationsShownMax = 200

export const showMe =
  (identity: Identity): Handler<typeof accountEndpoints.me> =>
  async ({ tx, caller, request, reply }) => {
    await renewSessionCookie(identity, tx, caller, { request, reply })
    const facts = await requirePersonFacts(tx, identity.vault, caller.personId)
    const page = { limit: organisationsShownMax, after: undefined }
    const organisations = await listOrganisationsOf(tx, identity.vault, caller.personId, page)
    return {
      ...viewPerson(facts, caller.staffActive),
      organisations: organisations.slice(0, organisationsShownMax).map(viewOrganisation),
    }
  }
