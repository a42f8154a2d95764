import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clauseTable, problemsOf } from '../src/clauses/clause-table.ts'
import { drivePolicy } from '../src/clauses/drive-policy.ts'
import { sabotages } from '../src/clauses/sabotages/index.ts'
import { root } from '../src/start-avow.ts'

test.each(Object.entries(sabotages))('the source has each piece that a sabotage of %s changes', (_kind, {
  changes,
}) => {
  for (const { file, find } of changes) {
    const pieces = readFileSync(join(root, file), 'utf8').split(find).length - 1
    expect([file, find, pieces]).toEqual([file, find, 1])
  }
})

// The other policies take minutes each: `npm run clauses -w conformance`.
test('every clause said to hold under one policy was exercised from outside, and breaks on a server that is sabotaged against it', async () => {
  const driven = await drivePolicy('gpu-cloud-tracker', { daysAhead: [29] })
  process.stdout.write(`${clauseTable(driven)}\n`)
  expect(problemsOf(driven)).toEqual([])
  const good = driven.clauses.filter(({ state }) => state !== 'unproven')
  expect(good.map(({ id }) => id)).toEqual(expect.arrayContaining(['TRACK-02', 'TRACK-07', 'TRACK-14']))
  for (const { id, did, sabotaged } of good) {
    expect(did, id).not.toEqual([])
    expect(sabotaged, id).not.toEqual([])
  }
}, 600_000)
