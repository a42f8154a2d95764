import { type Check, count, finding } from '../check.ts'
import { searchEverywhere, takeOut, withRights } from '../probe-rights.ts'
import { reportOn } from '../rights/index.ts'

/** Keys are no copy of anybody's data; where they can be seen at all they are left out. */
export const isData = (table: string): boolean => !table.startsWith('vault.')

/** What a person is known by, besides their address. */
export const known = (person: { email: string; personId: string }): string[] => [person.email, person.personId]

/** Asks what is held about a probe person who had a copy made, and compares with a search of every table. */
export const accessReport: Check<'access-report'> = {
  name: 'access-report',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      await takeOut(world, world.rights, person.token)
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
