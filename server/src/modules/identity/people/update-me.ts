import type { accountEndpoints } from '@avow/contract'
import type { Handler } from '../../../platform/http/index.ts'
import { updateName } from './person-store.ts'
import { requirePersonFacts, viewPerson } from './person-view.ts'

export const updateMe: Handler<typeof accountEndpoints.updateMe> = async ({ tx, caller, body }) => {
  await updateName(tx, caller.personId, body.name)
  return viewPerson(await requirePersonFacts(tx, caller.personId), caller.staffActive)
}
