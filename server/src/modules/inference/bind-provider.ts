import { outsiderAt } from '../../platform/egress/index.ts'
import { type EgressGate, promptFields, type Sending } from '../../platform/gates/index.ts'
import { Refusal } from '../../platform/http/index.ts'
import type { ModelRow } from './tables.ts'

/** Who sees the requests of a model: nobody else, or a recipient of the policy. */
export type Bound = Pick<ModelRow, 'provider' | 'recipient'>

interface Given {
  readonly upstream: string
  /** As the operator calls who sees requests; a recipient's name or id. */
  readonly provider: string | null
  readonly recipient: string | null
}

/** What the requests of a model tell whoever runs its server. */
export const promptsTo = (upstream: string, recipient: string | null): Sending => ({
  address: upstream,
  recipient,
  purpose: 'provide',
  fields: promptFields,
})

/**
 * Binds a model's server to the recipient that runs it. A server of the operator's own has none.
 * @throws Refusal recipient_refused, upstream_invalid
 */
export const bindProvider = (egress: Pick<EgressGate, 'require' | 'find'>, given: Given): Bound => {
  const { upstream, provider, recipient } = given
  const wanted = recipient ?? provider
  const found = wanted === null ? undefined : egress.find(wanted)
  if (found !== undefined && provider !== null && provider !== found.name && provider !== found.id) {
    const why = `The recipient ${found.id} is ${found.name}, not ${provider}: leave the provider out.`
    throw new Refusal('upstream_invalid', `${why} Nothing was changed.`, {
      fields: [{ path: 'provider', message: why }],
    })
  }
  const party = egress.require(promptsTo(upstream, found?.id ?? wanted))
  return party.kind === 'own'
    ? { provider: null, recipient: null }
    : { provider: party.recipient.name, recipient: party.recipient.id }
}

/** As the entry is judged when it is loaded: one of before recipients were asked for has a name only, or nothing. */
export const recipientOf = (row: Bound & Pick<ModelRow, 'upstream'>): string | null => {
  if (row.recipient !== null) return row.recipient
  const isOutside = row.upstream !== null && outsiderAt(row.upstream) !== null
  return isOutside ? null : row.provider
}
