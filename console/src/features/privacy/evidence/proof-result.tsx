import type { Verified } from '@avow/sdk/evidence'
import { Notice } from '../../../ui/notice.tsx'

/** Outcome of the check of a proof, done in the browser. */
export type ProofOutcome = { holds: true; verified: Verified } | { holds: false; why: string }

/** What a proof was found to prove. */
export const ProofResult = ({ outcome }: { outcome: ProofOutcome }) =>
  outcome.holds ? (
    <Notice kind="good" title="The proof holds">
      <p>
        Entry {outcome.verified.index} of {outcome.verified.size} in the log {outcome.verified.origin}, whose head is
        signed with this key. Checked in your browser; no server was asked.
      </p>
      <p>
        <code>{outcome.verified.leaf}</code>
      </p>
    </Notice>
  ) : (
    <Notice kind="bad" title="The proof does not hold">
      {outcome.why}
    </Notice>
  )
