import { type CompiledPolicy, compilePolicy, parsePolicy } from '@avow/policy'

/** A policy as it was written, and what it means. */
export interface PolicyText {
  readonly text: string
  readonly policy: CompiledPolicy
}

/** A text that was kept earlier; null when this version of the software does not read it any more. */
export const readKept = (text: string): CompiledPolicy | null => {
  const parsed = parsePolicy(text, 'kept policy')
  return parsed.ok ? compilePolicy(parsed.policy) : null
}
