import { commitTo, listWithEvidence, openDetails } from '../attestations/index.ts'
import { type Check, count, finding } from '../check.ts'

/** Compares each statement with what the evidence log has of it: a row that nobody stated, or that was changed, shows. */
export const attestedStatements: Check<'attest'> = {
  name: 'attested-statements',
  run: async (rule, system) => {
    const found = await listWithEvidence(system.database.direct, rule.argument)
    const details = await openDetails(
      system.database.direct,
      system,
      found.map(({ row }) => row),
    )
    const violations = found.flatMap(({ row, commitment, gate }, index) => {
      if (gate !== 'attestation' || commitment === null) return [`the statement ${row.id} is not in the evidence log`]
      const opened = details[index] ?? null
      // Who stated it was erased: then only the log can still speak for it.
      if (opened === null && row.statedBy === null) return []
      const fits = opened !== null && commitTo(row, opened) === commitment
      return fits ? [] : [`the statement ${row.id} is not as the evidence log has it`]
    })
    return finding(found.length, violations, `${count(found.length, 'statement')} compared with the evidence log`)
  },
}
