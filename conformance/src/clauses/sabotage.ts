import type { SourceChange } from './change-source.ts'

/** A way to break a promise in the server's own code. */
export interface Sabotage {
  /** What is wrong then, in words. */
  readonly how: string
  readonly changes: readonly SourceChange[]
  /** Runs on a server of its own group: beside the others it would blind their checks. */
  readonly group?: string
}
