/** What a kind of rule is: the parts that the tables of rules are made from. */
import { z } from 'zod'

/** The places in the platform that enforce rules, and the two ways in which people and pages do. */
export const gates = [
  'data-map',
  'purpose',
  'retention',
  'erasure',
  'egress',
  'mail',
  'placement',
  'training',
  'staff-access',
  'disclosure',
  'publication',
  'transport',
  'credentials',
  'sign-up',
  'tenancy',
  'service',
  'metering',
  'vault',
  'rights',
  'incident',
  'notice',
  'browser',
  'page',
  'attestation',
] as const
export type Gate = (typeof gates)[number]

export interface Kind<Argument extends z.ZodType | null> {
  readonly gate: Gate
  /** What the rule says, as a hint for authors. */
  readonly says: string
  /** What the platform must have for the rule to be checked. */
  readonly capability: string
  /** null for a rule that is written as its bare name. */
  readonly argument: Argument
}

/** A rule that is written as its bare name. */
export function flag(gate: Gate, says: string, capability: string): Kind<null> {
  return { gate, says, capability, argument: null }
}

/** A rule with an argument. */
export function taking<Argument extends z.ZodType>(
  gate: Gate,
  argument: Argument,
  says: string,
  capability: string,
): Kind<Argument> {
  return { gate, says, capability, argument }
}

export const slug = z.string().regex(/^[a-z][a-z0-9-]*$/)
export const list = <const Words extends readonly [string, ...string[]]>(words: Words) => z.array(z.enum(words)).min(1)
