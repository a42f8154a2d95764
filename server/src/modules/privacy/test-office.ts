import type { StaffRole } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { MappedColumn } from '../../platform/db/index.ts'
import { totpCode, totpStep } from '../identity/index.ts'
import {
  createRightsWorld,
  type MoreRoutes,
  operatorToken,
  password,
  type RightsWorld,
  type Somebody,
} from './rights/test-rights.ts'

/** People and staff at work, behind the real API. */
export interface Office extends RightsWorld {
  /** On the machine itself: acts as the first operator. */
  readonly machine: ReturnType<RightsWorld['as']>
  /** A member of staff whose session passed a second factor. */
  hire(name: string, role: StaffRole): Promise<Somebody>
}

/**
 * @param more the routes under test, with their endpoints
 * @param policy the starter without it
 */
export const createOffice = async (
  map: readonly MappedColumn[],
  more: MoreRoutes,
  policy?: CompiledPolicy,
): Promise<Office> => {
  const world = await createRightsWorld(map, policy, more)
  const { system, as, clock } = world
  const identity = system.identityOn(system.database)
  await system.database.transaction((tx) => identity.api.firstRun(tx, { email: 'op@example.org', password }))
  const machine = as(operatorToken)
  return {
    ...world,
    machine,
    hire: async (name, role) => {
      const person = await world.join(name)
      await machine('POST', '/operate/staff', { email: person.email, role })
      const begun = await person.send('POST', '/me/totp', { password })
      const secret = String(begun.body['secret'])
      const step = totpStep(clock.nowMs())
      await person.send('POST', '/me/totp/confirm', { code: totpCode(secret, step) })
      const code = totpCode(secret, step + 1)
      const signedIn = await as()('POST', '/auth/sign-in', { email: person.email, password, code, tokenWanted: true })
      return { ...person, send: as(String(signedIn.body['token'])) }
    },
  }
}
