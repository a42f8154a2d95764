import type { EgressGate, EgressVerdict } from '../../../platform/gates/index.ts'
import { promptsTo, recipientOf } from '../bind-provider.ts'
import type { MemberParty } from './model-route.ts'

/** A server as it is judged. */
export interface Judged {
  readonly id: string
  /** Null: an engine on this machine. */
  readonly upstream: string | null
  readonly provider: string | null
  readonly recipient: string | null
}

/**
 * Whose a server is, and whether anything may be sent there. A refusal is recorded when it is new.
 * @param here country of this installation; null: not stated
 */
export const judgeParties = (
  egress: Pick<EgressGate, 'judge' | 'refuse'>,
  here: string | null,
): ((server: Judged) => MemberParty) => {
  const refused = new Map<string, string>()
  const judge = (server: Judged): EgressVerdict | null => {
    if (server.upstream === null) return null
    const verdict = egress.judge(promptsTo(server.upstream, recipientOf(server)))
    if (verdict.allowed) refused.delete(server.id)
    else if (refused.get(server.id) !== verdict.rule) {
      refused.set(server.id, verdict.rule)
      egress.refuse(verdict)
    }
    return verdict
  }
  return (server) => {
    const verdict = judge(server)
    const named = { provider: server.provider, recipient: server.recipient }
    if (verdict?.allowed === false) return { ...named, country: null, forbidden: `${verdict.why}.` }
    if (verdict?.party.kind !== 'recipient') return { ...named, country: here, forbidden: null }
    const { name, id, country = null } = verdict.party.recipient
    return { provider: name, recipient: id, country, forbidden: null }
  }
}
