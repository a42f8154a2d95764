import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { searchEverywhere, takeOut, withRights } from '../probe-rights.ts'
import { rightsRequest } from '../rights/index.ts'

/** Has a copy made, lives through an erasure, and looks for what is left of the person and whether another one was touched. */
const eraseAndSearch = (system: CheckedSystem) =>
  withRights(system, async (world) => {
    const [gone, other] = [await world.join(), await world.join()]
    const names = [gone.email, gone.personId, gone.organisationId]
    const copy = await takeOut(world, world.rights, gone.token)
    const found = (await searchEverywhere(world.tx, system, gone.email)).found
    const othersBefore = await searchEverywhere(world.tx, system, other.email)
    const { id, outcome } = await world.erase(gone)
    const left: string[] = []
    let looked = 0
    for (const name of names) {
      const search = await searchEverywhere(world.tx, system, name)
      looked = search.looked
      left.push(...[...search.found].map(([table, rows]) => `${count(rows, 'row')} of ${table} after an erasure`))
    }
    const othersAfter = await searchEverywhere(world.tx, system, other.email)
    const isUntouched = [...othersBefore.found].every(([table, rows]) => othersAfter.found.get(table) === rows)
    const access = (await world.request('GET', '/me', { token: gone.token })).code
    const { rows: ledger } = await world.tx.execute(
      sql`select 1 from erasure_ledger where subject_hash = ${system.vault.keyedHash('erasure', gone.personId)}`,
    )
    const receipt = await world.tx.select().from(rightsRequest).where(eq(rightsRequest.id, id))
    const wrong = [
      ...(copy !== null && found.has('export_part') ? [] : ['the probe person got no copy of their data']),
      ...(outcome === 'done' ? [] : [`an erasure ended as ${outcome}`]),
      ...new Set(left),
      ...(isUntouched ? [] : ['an erasure took rows of somebody else']),
      ...(access === 'not_signed_in' ? [] : ['a session goes on after its person was erased']),
      ...(ledger.length > 0 ? [] : ['an erasure is not in the ledger']),
      ...(receipt[0]?.evidenceSequence != null ? [] : ['an erasure left no evidence']),
    ]
    return { wrong, looked, before: found.size }
  })

/** Erasures that the policy promised by now, and that nothing holds. */
const countLate = ({ database, clock }: CheckedSystem): Promise<number> =>
  database.direct.$count(
    rightsRequest,
    and(
      eq(rightsRequest.kind, 'erasure'),
      inArray(rightsRequest.state, ['waiting', 'running']),
      lt(rightsRequest.dueAt, clock.now()),
    ),
  )

/** Erases a probe person through the real gate, and looks for requests past their deadline. */
export const erasedPeople: Check<'erase'> = {
  name: 'erased-people',
  run: async (_rule, system) => {
    const { wrong, looked, before } = await eraseAndSearch(system)
    const late = await countLate(system)
    const violations = [...wrong, ...(late > 0 ? [`${count(late, 'erasure')} past the deadline`] : [])]
    const figure = `a person in ${count(before, 'table')} erased, ${count(looked, 'table')} searched, ${late} erasures late`
    return finding(
      before === 0 ? 0 : looked,
      violations,
      figure,
      before === 0 ? 'the probe person left no trace' : null,
    )
  },
}
