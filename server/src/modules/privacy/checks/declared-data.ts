import type { Category } from '@avow/policy'
import { checkCatalogue } from '../../../platform/db/index.ts'
import { type Check, count, finding } from '../check.ts'

const planted = 'avow_probe_undeclared'

/** Compares the live catalogue with the data map, after seeing that it finds a column which it plants itself. */
export const declaredData: Check<'declared-data-only'> = {
  name: 'declared-data',
  run: async (_rule, { database, map, policy }) => {
    const client = await database.pool.connect()
    try {
      const live = await checkCatalogue(client, map)
      await client.query('begin')
      await client.query(`create table ${planted} (note text)`)
      const withPlanted = await checkCatalogue(client, map)
      await client.query('rollback')
      const isHeld = (category: Category) => category === 'system' || policy.categories.has(category)
      const violations = [
        ...live.undeclared.map((name) => `${name} is not declared`),
        ...live.missing.map((name) => `${name} is declared and does not exist`),
        ...map
          .filter((column) => !isHeld(column.category))
          .map(({ table, column, category }) => `${table}.${column} holds ${category}, which the policy does not`),
        ...(withPlanted.undeclared.includes(`${planted}.note`) ? [] : ['a planted column was not found']),
      ]
      return finding(
        live.looked,
        violations,
        `${count(live.looked, 'live column')}, ${live.undeclared.length} not declared`,
      )
    } finally {
      await client.query('rollback').catch(() => undefined)
      client.release()
    }
  },
}
