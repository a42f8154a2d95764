import { type Check, count, finding } from '../check.ts'
import { searchEverywhere, withRights } from '../probe-rights.ts'
import { exportFiles, reportOn } from '../rights/index.ts'

/** Keys are no copy of anybody's data; where they can be seen at all they are left out. */
const isData = (table: string): boolean => !table.startsWith('vault.')

/** What a person is known by, besides their address. */
const known = (person: { email: string; personId: string }): string[] => [person.email, person.personId]

/** Asks what is held about a probe person, and compares with a search of every table. */
export const accessReport: Check<'access-report'> = {
  name: 'access-report',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const report = await reportOn(world.rights, world.tx, person.personId)
      const named = new Set(report.flatMap(({ held }) => held.map((column) => column.split('.')[0])))
      const found = new Set<string>()
      for (const name of known(person))
        for (const table of (await searchEverywhere(world.tx, system, name)).found.keys()) found.add(table)
      const violations = [
        ...[...found]
          .filter((table) => isData(table) && !named.has(table))
          .map((table) => `the report says nothing of ${table}`),
        ...report
          .filter(({ purposes, kept }) => purposes.length === 0 || kept === '')
          .map(({ category }) => `the report does not say why or how long ${category} is held`),
      ]
      const figure = `${count(found.size, 'table')} with the probe person, ${report.length} categories reported`
      return finding(found.size, violations, figure)
    }),
}

/** Exports a probe person, reads the files again, and compares them with a search of every table. */
export const portableExport: Check<'portable-export'> = {
  name: 'portable-export',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const files = await exportFiles(world.rights, world.tx, person.personId)
      const linesOf = (name: string): string[] => {
        const text = files.find((file) => file.name === name)?.content.toString('utf8') ?? ''
        return text === '' ? [] : text.trimEnd().split('\n')
      }
      const violations: string[] = []
      let rows = 0
      let looked = 0
      for (const name of known(person)) {
        for (const [table, wanted] of (await searchEverywhere(world.tx, system, name)).found) {
          if (!isData(table)) continue
          looked += 1
          const exported = linesOf(`data/${table}.jsonl`).filter((line) => line.includes(name)).length
          rows += exported
          if (exported < wanted) violations.push(`the export has ${exported} of ${wanted} rows of ${table}`)
        }
      }
      const all = files.flatMap((file) => (file.name.endsWith('.jsonl') ? linesOf(file.name) : []))
      if (all.some((line) => /"(password|token|secret)_hash":/.test(line))) violations.push('the export holds secrets')
      if (!all.every((line) => typeof JSON.parse(line) === 'object'))
        violations.push('a line of the export is no object')
      return finding(
        looked,
        violations,
        `${count(rows, 'row')} of the probe person exported in ${count(all.length, 'line')}`,
      )
    }),
}
