import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataMap } from '../../app.ts'
import { systemClock } from '../../platform/clock/index.ts'
import type { Database } from '../../platform/db/index.ts'
import { createRetentionGate } from '../../platform/gates/index.ts'
import { shippedPolicy } from './test-system.ts'

const names = readdirSync(new URL('../../../../policies/', import.meta.url)).map((file) => basename(file, '.yaml'))

describe.each(names)('the policy %s fits the data map', (name) => {
  const policy = shippedPolicy(name)

  it('has a period that every table can follow', () => {
    // The gate reads nothing before it sweeps.
    const database = {} as Database
    expect(createRetentionGate({ database, clock: systemClock, policy, map: dataMap }).problems).toEqual([])
  })

  it('holds the category of every column, for the purposes of that column', () => {
    const strays = dataMap.flatMap(({ table, column, category, purposes, onlyIfHeld }) => {
      const held = policy.category(category)
      if (held === null && onlyIfHeld === true) return []
      if (held === null) return category === 'system' ? [] : [`${table}.${column}: ${category} is not held`]
      const wrong = category === 'system' ? [] : purposes.filter((purpose) => !held.purposes.has(purpose))
      return wrong.length === 0 ? [] : [`${table}.${column}: ${category} is not for ${wrong.join(', ')}`]
    })
    expect(strays).toEqual([])
  })
})
