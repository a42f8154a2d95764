import { sql } from 'drizzle-orm'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { followsPasswordRule } from '../../../platform/gates/index.ts'
import { type Check, count, finding } from '../check.ts'

/** Where passwords are, by the data map: modules name such a column the same way. */
const passwordColumns = (map: readonly MappedColumn[]): readonly MappedColumn[] =>
  map.filter(({ category, column }) => category === 'account.credentials' && column === 'password_hash')

const probePassword = 'a probe of the password gate'

/** Looks at the hash of every stored password, and makes the gate hash, verify and doubt one. */
export const passwordHashes: Check<'password-hash'> = {
  name: 'password-hashes',
  run: async (_rule, { database, gates, map, policy }) => {
    const violations: string[] = []
    let looked = 0
    for (const { table, column } of passwordColumns(map)) {
      const name = sql.identifier(column)
      const { rows } = await database.direct.execute<{ stored: string }>(
        sql`select ${name} as stored from ${sql.identifier(table)} where ${name} is not null`,
      )
      looked += rows.length
      const weak = rows.filter(({ stored }) => !followsPasswordRule(stored, policy.password)).length
      if (weak > 0)
        violations.push(
          `${count(weak, 'password')} in ${table}.${column} not hashed with ${policy.password.algorithm} at the policy's cost`,
        )
    }
    if (passwordColumns(map).length === 0) violations.push('the data map has no column for passwords')
    const made = await gates.password.hash(probePassword)
    if (!followsPasswordRule(made, policy.password))
      violations.push('the password gate does not hash as the policy says')
    if (!(await gates.password.verify(made, probePassword)))
      violations.push('the password gate does not know its own hash')
    if (await gates.password.verify(probePassword, probePassword))
      violations.push('the password gate accepts a password that is stored in clear')
    if (!gates.password.needsRehash('$2b$04$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234'))
      violations.push('the password gate is content with a weak hash')
    return finding(looked + 4, violations, `${count(looked, 'stored password')} and 4 probes of the gate`)
  },
}
