import { staffRoles } from '@avow/contract'
import { eq } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { type AttestationRow, remindFrom, stateOf, wantedBy } from './attestation.ts'
import { findLatest, listResponsible } from './attestation-store.ts'
import type { Attestations } from './attestations.ts'
import { attestation } from './tables.ts'

/** Who can renew a statement: those in its role, and the operators, who can appoint somebody. */
const whoCanRenew = async (deps: Attestations, tx: Tx, role: string): Promise<string[]> => {
  const named = staffRoles.filter((one) => one === role || one === 'operator')
  const staff = await deps.accounts.staffIn(tx, named)
  const appointed = (await listResponsible(tx, role)).map((one) => one.personId)
  return [...new Set([...staff, ...appointed])]
}

const remind = async (deps: Attestations, tx: Tx, row: AttestationRow): Promise<void> => {
  const url = `${deps.publicUrl()}/privacy/attestations`
  for (const personId of await whoCanRenew(deps, tx, row.role)) {
    const to = await deps.accounts.addressOf(tx, personId)
    if (to === null) continue
    await deps.mailer.write(tx, {
      to,
      about: personId,
      kind: 'staff',
      subject: `A statement ends soon: ${row.name}`,
      text: [
        `The policy’s attestation ${row.name} ends on ${row.validUntil.toISOString().slice(0, 10)}. After that its clauses are unproven.`,
        `If it is still true, state it again in the role ${row.role}:`,
        `avow attest ${row.name}`,
        url,
      ].join('\n\n'),
      links: [url],
    })
  }
  await tx.update(attestation).set({ remindedAt: deps.clock.now() }).where(eq(attestation.id, row.id))
}

/** Once a day: tells those who can renew a statement that it ends soon, once for each statement. */
export const createRemindJob = (deps: Attestations): Job => ({
  name: 'remind-attestations',
  readsFor: ['legal', 'account'],
  cron: '11 6 * * *',
  run: () =>
    deps.database.transaction(async (tx) => {
      const now = deps.clock.now()
      for (const row of (await findLatest(tx, wantedBy(deps.policy))).values())
        if (row.remindedAt === null && stateOf(row, now) === 'in force' && remindFrom(row) <= now)
          await remind(deps, tx, row)
    }),
})
