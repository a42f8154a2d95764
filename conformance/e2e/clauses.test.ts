import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpoints, openapiDocument } from '@avow/contract'
import { expect, test } from 'vitest'
import { clauseTable, problemsOf } from '../src/clauses/clause-table.ts'
import { drivePolicy } from '../src/clauses/drive-policy.ts'
import { plantedIn } from '../src/clauses/plant-canaries.ts'
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

/** Secrets, codes, ids and choices: not texts that somebody writes. */
const noText = [
  ...['password', 'newPassword', 'currentPassword', 'code', 'token', 'confirmation', 'archive'],
  ...['closeOrganisations', 'projectId', 'keyId', 'allowedModels', 'content', 'delay', 'period', 'contact'],
]

interface Operation {
  readonly operationId: string
  readonly requestBody?: { content: { 'application/json': { schema: { properties?: Record<string, unknown> } } } }
}

const isText = (schema: object): boolean => {
  const said = JSON.stringify(schema)
  return said.includes('"string"') && !/"(enum|pattern|const)"/.test(said)
}

test('every text that a person can write to an endpoint is planted as a canary', () => {
  const { paths } = openapiDocument(Object.values(endpoints).filter(({ access }) => access.kind !== 'staff'))
  const texts = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap((operation) => {
      const { operationId, requestBody } = operation as Operation
      const { properties = {} } = requestBody?.content['application/json'].schema ?? {}
      const names = Object.keys(properties).filter((name) => isText(Object(properties[name])) && !noText.includes(name))
      return names.map((name) => `${operationId}.${name}`)
    }),
  )
  const planted = Object.entries(plantedIn).flatMap(([id, names]) => names.map((name) => `${id}.${name}`))
  expect(texts.toSorted()).toEqual(planted.toSorted())
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
