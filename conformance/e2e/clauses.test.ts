import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clauseTable, problemsOf } from '../src/clauses/clause-table.ts'
import { drivePolicy } from '../src/clauses/drive-policy.ts'
import { root } from '../src/start-avow.ts'

const policies = readdirSync(join(root, 'policies')).map((file) => file.replace(/\.yaml$/, ''))
const reports = join(root, '.cache/test/clauses')

describe.concurrent('every clause that is reported kept', () => {
  test.each(
    policies,
  )('of the policy %s shows from outside, and is broken on a server that is sabotaged against it', async (policy) => {
    const clauses = await drivePolicy(policy)
    mkdirSync(reports, { recursive: true })
    writeFileSync(join(reports, `${policy}.md`), `${clauseTable(clauses)}\n`)
    const kept = clauses.filter(({ state }) => state === 'kept').length
    process.stdout.write(`${policy}: ${kept} of ${clauses.length} clauses kept; table in ${reports}/${policy}.md\n`)
    expect(kept).toBeGreaterThan(0)
    expect(clauses.filter(({ state }) => state === 'broken')).toEqual([])
    expect(problemsOf(clauses)).toEqual([])
  }, 600_000)
})
