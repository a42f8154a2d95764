import { z } from 'zod'
import { instant } from './endpoint.ts'

export const clauseState = z.enum(['kept', 'broken', 'attested', 'informed', 'unproven'])

/** The policy in force, as people may read it. */
export const policyView = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  hash: z.string().describe('SHA-256 of the file'),
  isReference: z.boolean().describe('an example of which nobody has taken charge yet'),
  effective: z.string(),
  updated: z.string(),
  operator: z.string(),
  contacts: z.array(z.object({ role: z.string(), address: z.string() })),
  minimumAge: z.number().int(),
  clauses: z.array(z.object({ id: z.string(), kind: z.string(), promise: z.string() })),
  retention: z.array(z.object({ retentionClass: z.string(), period: z.string(), trigger: z.string() })),
  recipients: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      receives: z.array(z.string()),
      country: z.string().nullable(),
      safeguard: z.string().nullable(),
    }),
  ),
  browser: z
    .array(
      z.object({
        name: z.string(),
        where: z.enum(['cookie', 'localStorage', 'sessionStorage', 'indexedDB']),
        use: z.string(),
        lifetime: z.string().nullable().describe('ISO 8601; null: until it is cleared'),
        needsConsent: z.boolean(),
      }),
    )
    .describe('everything that browsers keep'),
  authorities: z.array(z.object({ law: z.string(), places: z.array(z.string()), name: z.string(), page: z.string() })),
  thirdParties: z.string().nullable(),
  page: z.string().describe('the whole policy as Markdown, as /policy shows it'),
})

/** The newest report as anyone may see it: states and times, no figures. */
export const trustView = z.object({
  policy: z.string(),
  version: z.string(),
  checkedAt: instant.nullable().describe('null before the first check of this version'),
  summary: z.record(clauseState, z.number().int()).nullable(),
  clauses: z.array(z.object({ id: z.string(), state: clauseState, promise: z.string() })),
})

/** A clause down to its evidence. */
export const clauseView = z.object({
  id: z.string(),
  kind: z.string(),
  promise: z.string(),
  state: clauseState,
  checkedAt: instant.nullable(),
  check: z.string().nullable(),
  figure: z.string().nullable(),
  reason: z.string().nullable(),
  rules: z.array(
    z.object({
      rule: z.string().describe('with the settings that the policy gives it'),
      gate: z.string(),
      says: z.string(),
      needs: z.string().describe('the capability of the platform by which it is checked'),
      check: z.string().nullable().describe('null: no check of it is built'),
    }),
  ),
  evidence: z
    .array(
      z.object({
        gate: z.string(),
        decision: z.string(),
        rule: z.string().nullable(),
        counted: z.number().int().nullable(),
        at: instant,
        treeIndex: z.number().int().nullable().describe('where it stands in the evidence log; null: not there yet'),
      }),
    )
    .describe('the newest decisions of the gates of its rules'),
})
