import type { Tx } from '../../../platform/db/index.ts'
import type { GrantRow } from '../../../platform/gates/index.ts'
import type { StaffAccess } from './staff-access.ts'

/** Breaking the glass is told at once: to the person whom it is about, and to every other officer and operator. */
export const tellOfEmergency = async (
  { accounts, mailer, publicUrl }: StaffAccess,
  tx: Tx,
  grant: GrantRow,
  { to, reason }: { readonly to: string; readonly reason: string },
): Promise<void> => {
  const until = grant.expiresAt.toISOString().slice(0, 16).replace('T', ' ')
  const own = `${publicUrl()}/account`
  await mailer.write(tx, {
    to,
    about: grant.about,
    kind: 'security',
    subject: 'Staff opened your mail in an emergency',
    text: [
      `Staff of this cloud (${grant.staffRole}) opened the mail that was written to you, until ${until} UTC at most.`,
      `They gave this reason: ${reason}`,
      `What they looked at is listed with your data: ${own}`,
    ].join('\n\n'),
    links: [own],
  })
  const list = `${publicUrl()}/operate/access`
  for (const personId of await accounts.staffIn(tx, ['privacy-officer', 'operator'])) {
    const address = personId === grant.staffId ? null : await accounts.addressOf(tx, personId)
    if (address === null) continue
    await mailer.write(tx, {
      to: address,
      about: personId,
      kind: 'staff',
      subject: 'Emergency access to a person’s data',
      text: `The emergency access ${grant.id} was opened in the role ${grant.staffRole}, until ${until} UTC. Read its reason and what was looked at:\n\n${list}`,
      links: [list],
    })
  }
}
