import { promptFields, type Recipient } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'

/** Third parties whose models are switched on. */
const switchedOn = async ({ configured, database, gates }: CheckedSystem): Promise<readonly Recipient[]> => {
  const parties = (await configured(database.direct)).flatMap(({ what, sending }) => {
    const verdict = gates.egress.judge(sending)
    return what === 'model' && verdict.allowed && verdict.party.kind === 'recipient' ? [verdict.party.recipient] : []
  })
  return [...new Map(parties.map((one) => [one.id, one])).values()]
}

/** Recipients that the gate lets have prompts, so that a model of theirs could be switched on. */
const switchable = ({ gates, policy }: CheckedSystem): readonly Recipient[] =>
  policy.source.recipients.filter(
    ({ id }) => gates.egress.judge({ address: null, recipient: id, purpose: 'provide', fields: promptFields }).allowed,
  )

/**
 * Reads whose models are switched on, or could be, and what they would be accepted by: an organisation accepts each by
 * terms that are named. Where the gate lets no recipient have prompts there is nothing of others to switch on.
 */
export const providerTerms: Check<'integration-terms'> = {
  name: 'provider-terms',
  run: async (_rule, system) => {
    const { policy } = system
    const [on, open] = [await switchedOn(system), switchable(system)]
    const nameless = (some: readonly Recipient[]) => some.filter(({ terms }) => terms === undefined)
    const violations = [
      ...nameless(on).map(({ name }) => `models of ${name} are switched on, and its own terms are not named`),
      ...nameless(open)
        .filter(({ id }) => !on.some((one) => one.id === id))
        .map(({ name }) => `models of ${name} could be switched on, and its own terms are not named`),
    ]
    if (policy.source.thirdParties === undefined) violations.push('the policy says nothing of services of others')
    const tried = policy.source.recipients.length
    const figure = `${count(on.length, 'provider')} of models switched on; ${open.length} of ${count(tried, 'recipient')} may be sent prompts`
    const unseen = on.length === 0 && open.length > 0 ? 'nothing of a third party is switched on' : null
    return finding(on.length + tried, violations, figure, unseen)
  },
}
