import { type CompiledPolicy, parseDuration, type RetentionRule } from '@avow/policy'
import type { MappedColumn } from '../db/index.ts'
import type { RetainedTable } from './retention-period.ts'

const columnFor = (retention: MappedColumn['retention'], rule: RetentionRule): string | undefined => {
  if (!('from' in retention)) return undefined
  return typeof retention.from === 'string' ? retention.from : retention.from[rule.trigger]
}

const noTime = parseDuration('PT0S')

/** A table that must hold nothing under this policy: whatever an earlier policy left there is due. */
const emptied = (table: string, retention: Extract<MappedColumn['retention'], { from: unknown }>): RetainedTable => {
  const { class: name, from } = retention
  const column = typeof from === 'string' ? from : from.creation
  if (column === undefined || noTime === null) throw new Error(`${table} has no column by which it can be emptied`)
  const rule: RetentionRule = { class: name, period: noTime, trigger: 'creation', exceptions: [] }
  return { table, column, rule, partitioned: false, sooner: null }
}

/** What is under which period, and why the map cannot keep what the policy promises. */
export const collectTables = (map: readonly MappedColumn[], policy: CompiledPolicy) => {
  const tables: RetainedTable[] = []
  const problems: string[] = []
  for (const [name, column] of new Map(map.map((one) => [one.table, one]))) {
    const { retention } = column
    if (!('from' in retention)) continue
    const rule = policy.retention(retention.class)
    if (rule === null && column.onlyIfHeld === true) {
      tables.push(emptied(name, retention))
      continue
    }
    if (rule === null) {
      problems.push(`${name}: the policy gives no period for ${retention.class}. Add it under retention`)
      continue
    }
    const from = columnFor(retention, rule)
    if (from === undefined)
      problems.push(`${name}: it has no column for the trigger ${rule.trigger} of ${retention.class}`)
    else {
      const { partitioned, sooner = null } = retention
      tables.push({ table: name, column: from, rule, partitioned: partitioned === 'day', sooner })
    }
  }
  return { tables, problems }
}
