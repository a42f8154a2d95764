import { sql } from 'drizzle-orm'
import type { Ground, Tx } from '../../../platform/db/index.ts'
import { awaitedGrounds, type Disclosed, type Subject } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding, probe } from '../check.ts'
import { listDisclosures } from '../rights/index.ts'

const grounds = Object.keys({
  'legal-requirement': 0,
  safety: 0,
  'business-transfer': 0,
  affiliate: 0,
  adviser: 0,
  'customer-direction': 0,
} satisfies Record<Exclude<Ground, 'processor'>, 0>) as Exclude<Ground, 'processor'>[]

const personId = 'per_avowprobe'

const disclosedOn = (ground: Ground, at: Date): Disclosed => ({
  ...{ ground, recipient: 'avow-probe', name: 'probe', purpose: 'legal', country: null, safeguard: null, times: 1, at },
  fields: [{ name: 'probe', category: 'account.contact' }],
  about: [{ kind: 'person', id: personId }],
})

/** Whether it was taken, and is in the record of the person. */
const discloses = async ({ disclosures, clock, map }: CheckedSystem, tx: Tx, ground: Ground) => {
  const isTaken = await disclosures.record(tx, [disclosedOn(ground, clock.now())]).then(
    () => true,
    () => false,
  )
  const subject: Subject = { personId, addresses: [], organisationIds: [], until: clock.now() }
  const rows = await listDisclosures(tx, map, subject, { limit: 50 })
  return { isTaken, isRecorded: rows.some((row) => row.ground === ground) }
}

/** Discloses on every ground in a transaction that is rolled back, and reads on which grounds data left. */
export const disclosureGrounds: Check<'disclosure-kinds'> = {
  name: 'disclosure-grounds',
  run: async (_rule, system) => {
    const allowed = system.policy.source.disclosures ?? []
    const { rows } = await system.database.direct.execute<{ ground: Ground | 'staff' }>(
      sql`select distinct ground from sending where policy = ${system.policy.hash}`,
    )
    const violations = rows
      .filter(({ ground }) => ground !== 'processor' && ground !== 'staff' && !allowed.includes(ground))
      .map(({ ground }) => `data left on the ground of ${ground}`)
    for (const ground of grounds) {
      const { isTaken, isRecorded } = await probe(system.database, (tx) => discloses(system, tx, ground))
      const isAllowed = allowed.includes(ground)
      if (isTaken && !isAllowed) violations.push(`a disclosure on the ground of ${ground} is taken`)
      if (isTaken && !isRecorded)
        violations.push(`a disclosure on the ground of ${ground} is not in the person's record`)
      if (!isTaken && isAllowed) violations.push(`a disclosure on the ground of ${ground} cannot be recorded`)
    }
    const awaited = [...new Set(allowed.flatMap((ground) => awaitedGrounds[ground] ?? []))]
    const figure = `${count(grounds.length, 'ground')} tried, ${allowed.length} allowed; data left on ${count(rows.length, 'ground')}`
    const unseen = awaited.length === 0 ? null : `not built yet: ${awaited.join(', ')}`
    return finding(grounds.length + rows.length, violations, figure, unseen)
  },
}
