import type { MockUpstream } from '../mock-upstream.ts'
import type { RunningAvow } from '../start-avow.ts'
import type { SourceChange } from './change-source.ts'
import type { PolicyUnderTest } from './policy-under-test.ts'

/** A server that breaks promises, before it is verified. */
export interface SabotagedWorld {
  readonly avow: RunningAvow
  readonly mock: MockUpstream
  readonly tested: PolicyUnderTest
}

/** A way to break a promise in the server's own code. */
export interface Sabotage {
  /** What is wrong then, in words. */
  readonly how: string
  readonly changes: readonly SourceChange[]
  /** Runs on a server of its own group: beside the others it would blind their checks. */
  readonly group?: string
  /** What is done from outside first, where the check looks at what people did. */
  readonly prepare?: (world: SabotagedWorld) => Promise<void>
}
