/**
 * Prints, for the policies that are named or all, every clause with its state, what was done about it from outside, and
 * its sabotages; then how the policies stand. What it does meanwhile goes to standard error.
 *
 *   npm run clauses -w conformance [-- POLICY...] [--kind RULE]... [--alone]
 *
 * --kind: only what concerns this kind of rule; --alone: a server for each sabotage, so that none passes by another's work.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../start-avow.ts'
import { clauseTable, problemsOf, summaryTable } from './clause-table.ts'
import { type DrivenPolicy, drivePolicy } from './drive-policy.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { kind: { type: 'string', multiple: true }, alone: { type: 'boolean', default: false } },
})
const shipped = readdirSync(join(root, 'policies')).map((file) => file.replace(/\.yaml$/, ''))
const startedMs = performance.now()
const say = (line: string): void => {
  process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${line}\n`)
}

const driven = new Map<string, DrivenPolicy>()
const problems: string[] = []
for (const policy of positionals.length > 0 ? positionals : shipped) {
  try {
    const one = await drivePolicy(policy, {
      alone: values.alone,
      say: (line) => say(`${policy}: ${line}`),
      ...(values.kind === undefined ? {} : { kinds: (kind) => values.kind?.includes(kind) === true }),
    })
    driven.set(policy, one)
    process.stdout.write(`\n## ${policy}\n\n${clauseTable(one)}\n`)
    problems.push(...problemsOf(one).map((problem) => `${policy}: ${problem}`))
  } catch (error) {
    problems.push(`${policy}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
process.stdout.write(`\n${summaryTable(driven)}\n`)
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1
