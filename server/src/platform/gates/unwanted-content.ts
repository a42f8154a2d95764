import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../clock/index.ts'
import type { Database } from '../db/index.ts'
import { recordDecision } from '../evidence/record-decision.ts'
import { Refusal } from '../http/problem.ts'
import { findUnwanted, type UnwantedKind } from './unwanted-numbers.ts'

/** The only place where what people send is looked through for numbers that the policy never holds. */
export interface UnwantedContentGate {
  /** What the policy refuses. */
  readonly kinds: ReadonlySet<UnwantedKind>
  /** @param body as it came, before anything else reads it. @throws Refusal unwanted_content, which names no number */
  requireNone(body: unknown): void
  /** What a program says of itself, left out where it holds such a number. */
  withoutUnwanted(text: string | null): string | null
}

/** Fields that are hashed, compared or sealed for the installation, and never read by people. */
const secrets = new Set(['password', 'currentPassword', 'newPassword', 'code', 'token', 'upstreamKey', 'cursor'])

interface Found {
  readonly path: string
  readonly what: string
  readonly kind: UnwantedKind
}

/** No body of the contract goes deeper; what does is refused by its schema. */
const depthMax = 32

const search = (value: unknown, path: string, kinds: ReadonlySet<UnwantedKind>, depth = 0): Found | null => {
  if (typeof value === 'string') {
    const found = findUnwanted(value, kinds)
    return found === null ? null : { path, ...found }
  }
  if (value === null || typeof value !== 'object' || depth === depthMax) return null
  for (const [key, inner] of Object.entries(value)) {
    if (secrets.has(key)) continue
    const found = search(inner, path === '' ? key : `${path}.${key}`, kinds, depth + 1)
    if (found !== null) return found
  }
  return null
}

/** Kinds that a rule names and something here recognises. */
const recognised: ReadonlySet<string> = new Set<UnwantedKind>(['card-number', 'government-id'])

export const createUnwantedContentGate = (policy: Pick<CompiledPolicy, 'rules'>): UnwantedContentGate => {
  const named = policy.rules.flatMap((rule) => (rule.kind === 'never-hold' ? rule.argument : []))
  const kinds = new Set(named.filter((kind): kind is UnwantedKind => recognised.has(kind)))
  return {
    kinds,
    requireNone: (body) => {
      if (kinds.size === 0) return
      const found = search(body, '', kinds)
      if (found === null) return
      const message = `looks like ${found.what}, which this cloud does not hold`
      const detail = `${found.path || 'body'}: ${message}. Leave it out and send the rest again. Nothing was stored.`
      throw new Refusal('unwanted_content', detail, { fields: [{ path: found.path || 'body', message }] })
    },
    withoutUnwanted: (text) => (text !== null && kinds.size > 0 && findUnwanted(text, kinds) !== null ? null : text),
  }
}

/** The same gate, whose refusals the evidence log knows of: that there was one, never the number. */
export const recordedUnwanted = (platform: {
  readonly gates: { readonly unwanted: UnwantedContentGate }
  readonly database: Pick<Database, 'direct'>
  readonly clock: Clock
}): UnwantedContentGate => {
  const { gates, database, clock } = platform
  return {
    ...gates.unwanted,
    requireNone: (body) => {
      try {
        gates.unwanted.requireNone(body)
      } catch (error) {
        const refusal = { gate: 'data-map', decision: 'refused', rule: 'never-hold' } as const
        void recordDecision(database.direct, clock, refusal).catch(() => undefined)
        throw error
      }
    },
  }
}
