import { eq, inArray, sql } from 'drizzle-orm'
import { legalHold, mailOutbox, type Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { addressIndex } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import type { ProbePerson } from '../probe-people.ts'
import { type ProbeRights, withRights } from '../probe-rights.ts'

const longAgo = new Date('2001-01-01T00:00:00Z')

const placeHold = async (
  { tx, rights }: ProbeRights,
  { clock, vault }: CheckedSystem,
  on: ProbePerson,
): Promise<void> => {
  const now = clock.now()
  const { organisationsAlone } = await rights.accounts.belongings(tx, on.personId)
  await tx.insert(legalHold).values({
    id: newId('hld', clock),
    scope: 'person',
    subjectId: on.personId,
    addresses: [addressIndex(vault, on.email)],
    organisations: [...organisationsAlone],
    ground: 'probe',
    placedAt: now,
    beginsAt: now,
  })
}

/** How many mails the retention gate would remove now. */
const overdueMail = async (tx: Tx, { gates }: CheckedSystem): Promise<number> => {
  const outbox = gates.retention.tables.find((of) => of.table === 'mail_outbox')
  return outbox === undefined ? 0 : gates.retention.overdue(tx, outbox)
}

const mailsTo = (tx: Tx, { vault }: CheckedSystem, person: ProbePerson) =>
  tx.$count(mailOutbox, eq(mailOutbox.recipientIndex, addressIndex(vault, person.email)))

const countProjects = async (tx: Tx, organisationIds: readonly string[]): Promise<number> => {
  const ids = sql.param([...organisationIds])
  const { rows } = await tx.execute<{ n: string }>(
    sql`select count(*) as n from project where organisation_id = any (${ids}::text[])`,
  )
  return Number(rows[0]?.n ?? 0)
}

/** Puts one of two people on hold, then lets retention and erasure come to both. */
export const legalHolds: Check<'holds-win'> = {
  name: 'legal-holds',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const { tx } = world
      const [held, free] = [await world.join(), await world.join()]
      const base = await overdueMail(tx, system)
      const both = inArray(
        mailOutbox.recipientIndex,
        [held, free].map(({ email }) => addressIndex(system.vault, email)),
      )
      await tx.update(mailOutbox).set({ createdAt: longAgo }).where(both)
      const due = (await overdueMail(tx, system)) - base
      const [heldMails, freeMails] = [await mailsTo(tx, system, held), await mailsTo(tx, system, free)]
      const { organisationsAlone } = await world.rights.accounts.belongings(tx, held.personId)
      const heldProjects = await countProjects(tx, organisationsAlone)
      await placeHold(world, system, held)
      const dueUnderHold = (await overdueMail(tx, system)) - base
      const stopped = await world.erase(held)
      const erased = await world.erase(free)
      const violations = [
        ...(dueUnderHold >= due ? ['retention would remove rows on hold'] : []),
        ...(dueUnderHold < freeMails ? ['a hold keeps rows of somebody else'] : []),
        ...(stopped.outcome === 'held' && (await mailsTo(tx, system, held)) === heldMails
          ? []
          : ['erasure took rows on hold']),
        ...(heldProjects > 0 && (await countProjects(tx, organisationsAlone)) === heldProjects
          ? []
          : ['erasure took an organisation that only the person on hold owns']),
        ...(erased.outcome === 'done' ? [] : ['a hold stopped the erasure of somebody else']),
      ]
      const figure = `${due} mails due, ${dueUnderHold} of them under a hold on one of two people; 1 of 2 erasures stopped`
      return due === heldMails + freeMails && heldMails > 0 && freeMails > 0
        ? finding(5, violations, figure)
        : finding(0, violations, figure, 'retention did not find the probe’s rows without a hold either')
    }),
}
