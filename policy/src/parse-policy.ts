/** Reads a policy file: YAML, then shape, then the references between its parts. */

import type { Document, YAMLError } from 'yaml'
import { LineCounter, parseDocument } from 'yaml'
import { bindRule } from './bind-rule.ts'
import { isZero, parseDuration } from './duration.ts'
import type { Finding } from './explain-issue.ts'
import { explainIssue } from './explain-issue.ts'
import { nearestWord } from './nearest-word.ts'
import type { Problem } from './problem.ts'
import { promiseSlots, promiseValues } from './promise-text.ts'
import { readRule } from './rule-kinds.ts'
import type { PolicySource } from './schema.ts'
import { policySchema } from './schema.ts'
import { offsetPosition, positionOf } from './source-position.ts'

declare const policyBrand: unique symbol

/** A policy whose shape and references are right; only parsePolicy makes one. */
export type Policy = PolicySource & { readonly [policyBrand]: true }

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly locate: (path: readonly (string | number)[]) => Place }
  | { readonly ok: false; readonly fileName: string; readonly problems: readonly Problem[] }

/** Line and column, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Longest policy file that is read, in characters; the largest reference policy has about a twentieth of it. */
const textLengthMax = 1_000_000

/** Parses a policy file. All problems that can be told apart are reported together, in the order of the file. */
export function parsePolicy(text: string, fileName: string): ParsedPolicy {
  const lines = new LineCounter()
  const refuse = (problems: Problem[]): ParsedPolicy => ({
    ok: false,
    fileName,
    problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
  })
  if (text.length > textLengthMax)
    return refuse([{ line: 1, column: 1, path: '', message: 'the file is too long for a policy', hint: null }])
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    return refuse(faults.map((fault) => ({ ...offsetPosition(lines, fault.pos[0]), path: '', ...explainYaml(fault) })))
  }
  const content = readContent(document)
  if (typeof content === 'string') return refuse([{ line: 1, column: 1, path: '', message: content, hint: null }])
  if (content === null)
    return refuse([
      { line: 1, column: 1, path: '', message: 'the file holds no policy', hint: 'start from policies/starter.yaml' },
    ])
  const shape = policySchema.safeParse(content)
  const findings = shape.success
    ? checkReferences(shape.data)
    : shape.error.issues.flatMap((issue) => explainIssue(issue, content))
  const locate = (path: readonly (string | number)[]) => positionOf(document, lines, path, 'value')
  if (shape.success && findings.length === 0) return { ok: true, policy: shape.data as Policy, locate }
  return refuse(
    findings.map((finding) => ({
      ...positionOf(document, lines, finding.path, finding.target),
      path: finding.path.join('.'),
      message: finding.message,
      hint: finding.hint,
    })),
  )
}

/** The plain content; null when it is no map; a message when its aliases point nowhere or multiply without end. */
function readContent(document: Document): object | string | null {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 })
    return content !== null && typeof content === 'object' && !Array.isArray(content) ? content : null
  } catch (error) {
    return error instanceof Error ? error.message : 'the file cannot be read as YAML'
  }
}

function explainYaml({ code, message }: YAMLError): Pick<Problem, 'message' | 'hint'> {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key is there twice', hint: 'join the two into one' }
    case 'TAB_AS_INDENT':
      return { message, hint: 'indent with spaces' }
    case 'MULTIPLE_DOCS':
      return { message: 'a policy is one document; here a second one begins', hint: 'take the line `---` away' }
    default:
      return { message, hint: null }
  }
}

/** What the shape alone cannot see: repeated ids, dates that do not exist, and names that point nowhere. */
function checkReferences(policy: PolicySource): Finding[] {
  return [
    ...checkDates(policy),
    ...checkPurposes(policy),
    ...checkPeriods(policy),
    ...checkContacts(policy),
    ...checkDelivery(policy),
    ...checkClauses(policy),
  ]
}

function checkDates(policy: PolicySource): Finding[] {
  return (['effective', 'updated'] as const)
    .filter((name) => !isCalendarDate(policy[name]))
    .map((name) => ({
      path: [name],
      target: 'value',
      message: `${policy[name]} is not a day of the calendar`,
      hint: null,
    }))
}

function isCalendarDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}

function checkPurposes(policy: PolicySource): Finding[] {
  const known = Object.keys(policy.purposes)
  const check = (path: (string | number)[], used: readonly string[]): Finding[] =>
    used.flatMap((purpose, index) =>
      known.includes(purpose)
        ? []
        : [
            {
              path: [...path, index],
              target: 'value' as const,
              message: `\`${purpose}\` is not among the policy's purposes`,
              hint: 'add it to `purposes`, or take it away here',
            },
          ],
    )
  const ofCategories = Object.entries(policy.categories).flatMap(([name, entry]) =>
    check(['categories', name, 'purposes'], entry.purposes),
  )
  return [
    ...ofCategories,
    ...policy.recipients.flatMap((recipient, index) => check(['recipients', index, 'purposes'], recipient.purposes)),
  ]
}

function checkPeriods(policy: PolicySource): Finding[] {
  return Object.entries(policy.retention).flatMap(([name, entry]) => {
    const period = parseDuration(entry.period)
    if (period === null || !isZero(period)) return []
    const hint = 'write the shortest time that you need, or do not hold the data at all'
    return [
      {
        path: ['retention', name, 'period'],
        target: 'value' as const,
        message: 'a period of no time could mean two opposite things',
        hint,
      },
    ]
  })
}

function checkContacts(policy: PolicySource): Finding[] {
  return Object.entries(policy.contacts).flatMap(([role, contact]) =>
    Object.keys(contact).length > 0
      ? []
      : [
          {
            path: ['contacts', role],
            target: 'key' as const,
            message: 'a contact says how to reach it',
            hint: 'give email, page, post or `account: operator`',
          },
        ],
  )
}

function checkDelivery({ inquiries, recipients }: PolicySource): Finding[] {
  const wanted = inquiries?.delivery
  if (wanted === undefined || recipients.some(({ id }) => id === wanted)) return []
  return [
    {
      path: ['inquiries', 'delivery'],
      target: 'value',
      message: `\`${wanted}\` is not among the recipients`,
      hint: 'add it to `recipients`, with what it may receive',
    },
  ]
}

function checkClauses(policy: PolicySource): Finding[] {
  const first = new Map<string, number>()
  const values = promiseValues(policy)
  return policy.clauses.flatMap((clause, index) => {
    const findings: Finding[] = []
    const earlier = first.get(clause.id)
    if (earlier === undefined) first.set(clause.id, index)
    else
      findings.push({
        path: ['clauses', index, 'id'],
        target: 'value',
        message: `${clause.id} is already the id of clause ${earlier + 1}`,
        hint: null,
      })
    for (const slot of promiseSlots(clause.promise).filter((name) => !values.has(name))) {
      const near = nearestWord(slot, [...values.keys()])
      findings.push({
        path: ['clauses', index, 'promise'],
        target: 'value',
        message: `the policy has no value {${slot}}`,
        hint: near ? `did you mean {${near}}?` : null,
      })
    }
    for (const [at, rule] of clause.rules.entries()) {
      const bound = bindRule(policy, readRule(rule))
      if ('missing' in bound)
        findings.push({
          path: ['clauses', index, 'rules', at],
          target: 'value',
          message: `this rule needs \`${bound.missing}\`, which the policy does not have`,
          hint: null,
        })
    }
    return findings
  })
}
