/** Reads a deployment plan: YAML, then shape. What it may set is the policy's business; see lint-plan.ts. */
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { isZero, parseDuration } from './duration.ts'
import { nearestWord } from './nearest-word.ts'
import { type PlanSource, planSchema } from './plan-schema.ts'
import type { Problem } from './problem.ts'
import { offsetPosition, type Path, positionOf } from './source-position.ts'

declare const planBrand: unique symbol

/** A plan whose shape is right; only parsePlan makes one. */
export type Plan = PlanSource & { readonly [planBrand]: true }

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan; readonly locate: (path: Path) => { line: number; column: number } }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const textLengthMax = 100_000
const keys = Object.keys(planSchema.shape)

const top = (message: string, hint: string | null = null): ParsedPlan => ({
  ok: false,
  problems: [{ line: 1, column: 1, path: '', message, hint }],
})

const hintOf = (path: Path): string | null => {
  const field = planSchema.shape[path[0] as keyof typeof planSchema.shape] as z.ZodType | undefined
  return field?.description ?? null
}

const explain = (issue: z.core.$ZodIssue): { path: Path; message: string; hint: string | null }[] => {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const near = nearestWord(key, keys)
      const hint = near === null ? `known here: ${keys.join(', ')}` : `did you mean \`${near}\`?`
      return { path: [...path, key], message: `\`${key}\` is not known here`, hint }
    })
  if (issue.code === 'invalid_key')
    return [{ path, message: `\`${String(path.at(-1))}\` is no retention class`, hint: hintOf(path) }]
  const isAbsent = issue.code === 'invalid_type' && issue.message.includes('undefined')
  return [{ path, message: isAbsent ? 'this is missing' : 'this value does not fit', hint: hintOf(path) }]
}

const checkPeriods = (plan: PlanSource): { path: Path; message: string; hint: string | null }[] =>
  Object.entries(plan.retention ?? {}).flatMap(([name, text]) => {
    const period = parseDuration(text)
    if (period !== null && !isZero(period)) return []
    return [{ path: ['retention', name], message: 'a period of no time could mean two opposite things', hint: null }]
  })

/** Parses a plan. All problems that can be told apart are reported together. */
export function parsePlan(text: string): ParsedPlan {
  if (text.length > textLengthMax) return top('the text is too long for a plan')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    const problems = faults.map(({ pos, message }) => ({
      ...offsetPosition(lines, pos[0]),
      path: '',
      message,
      hint: null,
    }))
    return { ok: false, problems }
  }
  let content: unknown
  try {
    content = document.toJS({ maxAliasCount: 20 })
  } catch (error) {
    return top(error instanceof Error ? error.message : 'this cannot be read as YAML')
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content))
    return top('there is no plan here', 'begin with `plan:` and `agreement:`')
  const shape = planSchema.safeParse(content)
  const findings = shape.success ? checkPeriods(shape.data) : shape.error.issues.flatMap(explain)
  const locate = (path: Path) => positionOf(document, lines, path, 'value')
  if (shape.success && findings.length === 0) return { ok: true, plan: shape.data as Plan, locate }
  return {
    ok: false,
    problems: findings.map((one) => ({ ...one, ...locate(one.path), path: one.path.join('.') })),
  }
}
