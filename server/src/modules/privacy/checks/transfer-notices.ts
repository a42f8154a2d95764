import { type Check, finding } from '../check.ts'
import { publishNotice } from '../notices/index.ts'
import { stuckNotices, withNotices } from '../probe-notices.ts'

const channels = ['mail', 'console']

/** Announces a business transfer to people of its own, twice over, and sees that each is told once. */
export const transferNotices: Check<'transfer-notice'> = {
  name: 'transfer-notices',
  run: (_rule, system) =>
    withNotices(system, async ({ tx, people, deliver, missed }) => {
      const text = { kind: 'transfer', subject: 'Probe of a transfer', body: 'probe', createdBy: null } as const
      const id = await publishNotice(tx, system.clock, text)
      await deliver(id)
      await deliver(id)
      const violations = [
        ...(await missed({ id, subject: text.subject }, channels)),
        ...(await stuckNotices(system, 'transfer')),
      ]
      return finding(
        people.length,
        violations,
        `${people.length} accounts told of a transfer, ${violations.length} failures`,
      )
    }),
}
