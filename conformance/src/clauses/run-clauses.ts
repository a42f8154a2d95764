/** Prints, for one policy or all, every clause with its state, what was done about it from outside, and its sabotages. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../start-avow.ts'
import { clauseTable, problemsOf } from './clause-table.ts'
import { drivePolicy } from './drive-policy.ts'

const all = readdirSync(join(root, 'policies')).map((file) => file.replace(/\.yaml$/, ''))
const policies = process.argv.length > 2 ? process.argv.slice(2) : all
for (const policy of policies) {
  try {
    const clauses = await drivePolicy(policy)
    process.stdout.write(`\n## ${policy}\n\n${clauseTable(clauses)}\n`)
    const problems = problemsOf(clauses)
    for (const problem of problems) process.stderr.write(`${policy}: ${problem}\n`)
    if (problems.length > 0) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`${policy}: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
