import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import { listOrganisationsOf } from '../organisations/organisation-store.ts'
import { viewOrganisation } from '../organisations/organisation-view.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'

const organisationsShownMax = 200

export const showMe: Handler<typeof accountEndpoints.me> = async ({ tx, caller }) => {
  const facts = await requirePersonFacts(tx, caller.personId)
  const page = { limit: organisationsShownMax, after: undefined }
  const organisations = await listOrganisationsOf(tx, caller.personId, page)
  return {
    ...viewPerson(facts, caller.staffActive),
    organisations: organisations.slice(0, organisationsShownMax).map(viewOrganisation),
  }
}
