import { awaiting } from '../awaited-features.ts'
import { type Check, count, finding } from '../check.ts'

/** Columns of the rule's categories serve only the purposes that the policy gives each category. */
export const collectedData: Check<'collect'> = {
  name: 'collected-data',
  run: async (rule, { map, policy }) => {
    const columns = map.filter((column) => rule.argument.includes(column.category))
    const violations = columns.flatMap(({ table, column, category, purposes }) => {
      const allowed = policy.category(category)?.purposes
      const wrong = purposes.filter((purpose) => !allowed?.has(purpose))
      return wrong.length === 0 ? [] : [`${table}.${column} (${category}) is used for ${wrong.join(', ')}`]
    })
    return finding(
      columns.length,
      violations,
      `${count(columns.length, 'column')}, ${violations.length} with another purpose`,
      columns.length === 0 ? `no column holds ${rule.argument.join(' or ')} (${awaiting(rule.argument)})` : null,
    )
  },
}
