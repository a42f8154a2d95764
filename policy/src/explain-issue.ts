/** Turns a schema violation into problems that a policy author understands. */
import type { z } from 'zod'
import { nearestWord } from './nearest-word.ts'
import type { ArgumentKind } from './rule-kinds.ts'
import { argumentKinds, isRuleKind, ruleKindNames, ruleKinds } from './rule-kinds.ts'
import { durationHint, periodHint } from './schema.ts'
import { describeAt, keysAt, wordsAt } from './schema-lookup.ts'
import type { Path, Target } from './source-position.ts'

/** A problem that does not know its line yet. */
export interface Finding {
  readonly path: Path
  readonly target: Target
  readonly message: string
  readonly hint: string | null
}

type Issue = z.core.$ZodIssue

/** Explains one schema violation in `content`, the plain value of the file. */
export function explainIssue(issue: Issue, content: unknown): Finding[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))
  if (isRulePath(path)) return [explainRule(path, valueAt(content, path))]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key))
  if (issue.code === 'invalid_key') return [unknownKey(path.slice(0, -1), String(path.at(-1)))]
  return [explainValue(path, issue, valueAt(content, path))]
}

function isRulePath(path: Path): boolean {
  return path.length >= 4 && path[0] === 'clauses' && path[2] === 'rules'
}

function unknownKey(path: Path, key: string): Finding {
  const known = keysAt(path)
  const near = nearestWord(key, known)
  const all = known.length > 0 ? `known here: ${known.join(', ')}` : null
  const hint = near ? `did you mean \`${near}\`?` : all
  return { path: [...path, key], target: 'key', message: `\`${key}\` is not known here`, hint }
}

function explainValue(path: Path, issue: Issue, value: unknown): Finding {
  const hint = describeAt(path)
  if (value === undefined) {
    return { path, target: 'key', message: `\`${path.at(-1)}\` is missing`, hint }
  }
  const wantsDuration = hint === durationHint || hint === periodHint
  if (wantsDuration && typeof value === 'number') {
    const message = `${value} is a bare number: nobody can tell days from months, or 0 from "for ever"`
    return { path, target: 'value', message, hint }
  }
  if (wantsDuration) return { path, target: 'value', message: `${show(value)} is not a duration`, hint }
  const words = wordsAt(path)
  if (words.length > 0) {
    const near = typeof value === 'string' ? nearestWord(value, words) : null
    const choice = near ? `did you mean \`${near}\`?` : `use one of: ${words.join(', ')}`
    return { path, target: 'value', message: `${show(value)} is not allowed here`, hint: choice }
  }
  return { path, target: 'value', message: explainKind(issue, value), hint }
}

function explainKind(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}, not ${typeof value === 'string' ? `the text ${show(value)}` : show(value)}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}, not ${show(value)}`
    case 'too_big':
      return `must be at most ${issue.maximum}, not ${show(value)}`
    default:
      return `${show(value)} does not have the form that is wanted here`
  }
}

/** Explains a rule of a clause, where the schema alone can only say that no alternative fits. */
function explainRule(path: Path, value: unknown): Finding {
  const at = path.slice(0, 4)
  const kind = path.length > 4 ? String(path[4]) : ruleName(value)
  if (kind === undefined)
    return { path: at, target: 'value', message: `${show(value)} is not a rule`, hint: describeAt(at) }
  if (!isRuleKind(kind)) {
    const near = nearestWord(kind, ruleKindNames)
    const hint = near ? `did you mean \`${near}\`?` : `rules: ${ruleKindNames.join(', ')}`
    return { path: at, target: 'value', message: `there is no rule \`${kind}\``, hint }
  }
  const takesArgument = (argumentKinds as readonly string[]).includes(kind)
  if (!takesArgument)
    return { path: at, target: 'value', message: `the rule \`${kind}\` takes no argument`, hint: `write \`- ${kind}\`` }
  if (typeof value === 'string')
    return {
      path: at,
      target: 'value',
      message: `the rule \`${kind}\` needs an argument`,
      hint: argumentHint(kind as ArgumentKind),
    }
  const argument = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[kind] : undefined
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 1) {
    return { path: at, target: 'value', message: 'a rule has one name', hint: 'start each rule with its own `-`' }
  }
  return {
    path: [...at, kind],
    target: 'value',
    message: `${show(argument)} is not an argument of the rule \`${kind}\``,
    hint: argumentHint(kind as ArgumentKind, argument),
  }
}

function ruleName(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value !== null && typeof value === 'object' ? Object.keys(value)[0] : undefined
}

function argumentHint(kind: ArgumentKind, argument?: unknown): string {
  const at = ['clauses', 0, 'rules', 0, kind]
  const listed = wordsAt([...at, 0])
  const words = listed.length > 0 ? listed : wordsAt(at)
  const wrong = Array.isArray(argument) ? argument.find((item) => !words.includes(String(item))) : argument
  const near = typeof wrong === 'string' ? nearestWord(wrong, words) : null
  if (near) return `did you mean \`${near}\`?`
  if (words.length === 0) return `\`${kind}\`: ${ruleKinds[kind].says}`
  return listed.length > 0
    ? `write \`- ${kind}: [...]\` with some of: ${words.join(', ')}`
    : `write \`- ${kind}: WORD\` with one of: ${words.join(', ')}`
}

function valueAt(content: unknown, path: Path): unknown {
  let value = content
  for (const segment of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string | number, unknown>)[segment]
  }
  return value
}

function show(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `[${value.map(show).join(', ')}]`
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? `\`${value}\`` : String(value)
}

function article(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    object: 'a map',
    record: 'a map',
    array: 'a list',
    boolean: 'true or false',
  }
  return words[type] ?? `a ${type}`
}
