import type { Tx } from '../../platform/db/index.ts'
import { type Disclosed, type Disclosures, type EgressGate, promptFields } from '../../platform/gates/index.ts'
import type { ProviderCalls } from '../billing/index.ts'

interface Deps {
  readonly disclosures: Disclosures
  readonly egress: Pick<EgressGate, 'find' | 'judge'>
  /** Who made each of these keys, where that is known. */
  readonly keyOwners: (tx: Tx, keyIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** What crossed a border is under the safeguard of that crossing, anything else under that of the recipient, if any. */
const protectionOf = (
  egress: Deps['egress'],
  provider: string,
): Pick<Disclosed, 'recipient' | 'country' | 'safeguard'> => {
  const found = egress.find(provider)
  if (found === undefined) return { recipient: 'unlisted', country: null, safeguard: null }
  const { id, country = null, safeguard = null } = found
  const verdict = egress.judge({ address: null, recipient: id, purpose: 'provide', fields: promptFields })
  const crossing = verdict.allowed && verdict.party.kind === 'recipient' ? verdict.party.crossing : null
  return { recipient: id, country, safeguard: crossing?.safeguard ?? safeguard }
}

/** Records that prompts went to providers: about the organisation that asked, and the person whose key it was. */
export const discloseCalls = async (deps: Deps, tx: Tx, calls: readonly ProviderCalls[]): Promise<void> => {
  if (calls.length === 0) return
  const owners = await deps.keyOwners(
    tx,
    calls.map(({ keyId }) => keyId),
  )
  await deps.disclosures.record(
    tx,
    calls.map(({ provider, organisationId, keyId, requests, first, last }) => {
      const owner = owners.get(keyId)
      return {
        ground: 'processor',
        ...protectionOf(deps.egress, provider),
        name: provider,
        purpose: 'provide',
        fields: promptFields,
        about: [
          { kind: 'organisation', id: organisationId },
          ...(owner === undefined ? [] : [{ kind: 'person' as const, id: owner }]),
        ],
        times: requests,
        at: new Date(first),
        until: new Date(last),
      }
    }),
  )
}
