import { type Check, count, finding } from '../check.ts'

/** Reads the models of third parties that are switched on: an organisation accepts each by terms that are named. */
export const providerTerms: Check<'integration-terms'> = {
  name: 'provider-terms',
  run: async (_rule, { configured, database, gates, policy }) => {
    const parties = new Map(
      (await configured(database.direct)).flatMap(({ what, sending }) => {
        const verdict = gates.egress.judge(sending)
        const isOther = what === 'model' && verdict.allowed && verdict.party.kind === 'recipient'
        return isOther ? [[verdict.party.recipient.id, verdict.party.recipient] as const] : []
      }),
    )
    const violations = [...parties.values()]
      .filter(({ terms }) => terms === undefined)
      .map(({ name }) => `models of ${name} are switched on, and its own terms are not named`)
    if (policy.source.thirdParties === undefined) violations.push('the policy says nothing of services of others')
    const figure = `${count(parties.size, 'provider')} of models that are switched on`
    const unseen = parties.size === 0 ? 'nothing of a third party is switched on' : null
    return finding(parties.size, parties.size === 0 ? [] : violations, figure, unseen)
  },
}
