import type { personView } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { findPersonFacts, type PersonFacts } from './person-store.ts'

export const viewPerson = (facts: PersonFacts, staffActive: boolean): z.input<typeof personView> => ({
  id: facts.person.id,
  email: facts.person.email,
  name: facts.person.name,
  emailVerified: true,
  secondFactor: facts.hasSecondFactor,
  staffRole: facts.staffRole,
  staffActive,
  createdAt: facts.person.createdAt.toISOString(),
})

/** The caller's own facts. @throws Refusal not_signed_in when the account was closed just now */
export const requirePersonFacts = async (tx: Tx, vault: Vault, personId: string): Promise<PersonFacts> => {
  const facts = await findPersonFacts(tx, vault, personId)
  if (facts === undefined) throw new Refusal('not_signed_in')
  return facts
}
