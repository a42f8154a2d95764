import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { updateName } from './person-store.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'

export const updateMe =
  ({ vault }: Identity): Handler<typeof accountEndpoints.updateMe> =>
  async ({ tx, caller, body }) => {
    await updateName(tx, vault, caller.personId, body.name)
    return viewPerson(await requirePersonFacts(tx, vault, caller.personId), caller.staffActive)
  }
