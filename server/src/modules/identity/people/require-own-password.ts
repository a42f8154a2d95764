import { Refusal } from '../../../platform/http/index.ts'
import { countAttempts, forgiveAttempts } from '../attempts/count-attempts.ts'
import { limits } from '../attempts/limits.ts'
import type { Identity } from '../identity.ts'
import type { PersonFacts } from './person-store.ts'
import { requirePersonFacts } from './person-view.ts'

/**
 * Asks a signed-in person for their password again, before a change that a stolen session must not make.
 * @throws Refusal wrong_credentials, rate_limited
 */
export const requireOwnPassword = async (
  identity: Identity,
  personId: string,
  password: string,
): Promise<PersonFacts> => {
  const { database, passwordGate, vault } = identity
  const counter = { rule: limits.password, of: personId }
  await countAttempts(identity, [counter])
  const facts = await requirePersonFacts(database.direct, vault, personId)
  if (!(await passwordGate.verify(facts.person.passwordHash, password))) {
    throw new Refusal('wrong_credentials', 'The password is wrong. Nothing was changed.')
  }
  await forgiveAttempts(identity, database.direct, { clear: [counter] })
  return facts
}
