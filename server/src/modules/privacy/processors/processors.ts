import type { CompiledPolicy } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import type { EgressGate, PlacementGate, Sending } from '../../../platform/gates/index.ts'
import type { Rights } from '../rights/index.ts'

/** Something that settings or the catalogue point to, and what it is sent. */
export interface Configured {
  readonly what: 'mail' | 'model' | 'database' | 'traces'
  /** Such as the id of a model. */
  readonly name: string
  readonly sending: Sending & { readonly address: string }
}

/** What the register of processors is made of. */
export interface Processors {
  readonly policy: CompiledPolicy
  readonly gates: { readonly egress: Pick<EgressGate, 'judge'>; readonly placement: Pick<PlacementGate, 'here'> }
  /** Everything that this installation is set up to send something to, now. */
  readonly configured: (tx: Tx) => Promise<readonly Configured[]>
  readonly rights: Rights
}
