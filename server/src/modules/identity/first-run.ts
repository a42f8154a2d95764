import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import type { Identity } from './identity.ts'
import { issueKey } from './keys/issue-key.ts'
import { createOrganisation } from './organisations/create-organisation.ts'
import { normaliseEmail } from './people/email.ts'
import { insertPerson } from './people/person-store.ts'
import { insertStaff } from './staff/staff-store.ts'

export interface FirstRun {
  readonly personId: string
  readonly organisation: { readonly id: string; readonly name: string }
  readonly project: { readonly id: string; readonly name: string }
  readonly apiKeySecret: string
}

/**
 * Makes the operator (address taken as verified), their organisation, project and a first API key. The caller makes
 * sure that it runs once.
 * @throws if the address has an account
 */
export const firstRun =
  (identity: Identity) =>
  async (tx: Tx, operator: { email: string; password: string }): Promise<FirstRun> => {
    const { clock, passwordGate, vault } = identity
    const now = clock.now()
    const personId = newId('per', clock)
    const passwordHash = await passwordGate.hash(operator.password)
    const email = normaliseEmail(operator.email)
    const isNew = await insertPerson(tx, vault, {
      id: personId,
      email,
      name: 'Operator',
      passwordHash,
      emailVerifiedAt: now,
      createdAt: now,
    })
    if (!isNew) throw new Error('the first operator’s address has an account already')
    await insertStaff(tx, { personId, role: 'operator', since: now })
    const { organisation, project } = await createOrganisation(tx, identity, {
      ownerId: personId,
      name: 'Operator',
      billingCountry: null,
    })
    const { secret } = await issueKey(identity, tx, {
      projectId: project.id,
      kind: 'api',
      name: 'first run',
      allowedModels: null,
      requestsPerMinute: null,
      concurrentRequests: null,
      tokensPerMinute: null,
      createdBy: personId,
      expiresAt: null,
    })
    return {
      personId,
      organisation: { id: organisation.id, name: organisation.name },
      project: { id: project.id, name: project.name },
      apiKeySecret: secret,
    }
  }
