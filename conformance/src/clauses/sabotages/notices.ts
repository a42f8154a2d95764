import { change, server } from '../change-source.ts'
import type { Sabotage } from '../sabotage.ts'

const mail = `${server}/platform/mail`
const versions = `${server}/modules/privacy/versions`

/** Nobody is told, and it is written down that everyone was. */
const silent = change(
  `${server}/modules/privacy/notices/deliver-notice.ts`,
  'const { written } = await mailer.write(tx, noticeMail(row, { personId, address }, publicUrl()))',
  "const written = address !== ''",
)

/** Ways to break what is promised about what people are told, and about news. */
export const noticeSabotages: Readonly<Record<string, Sabotage>> = {
  'no-marketing': {
    how: 'the mailer takes any kind of message',
    changes: [
      change(
        `${mail}/mailer.ts`,
        'if (!(mailKinds as readonly string[]).includes(message.kind))',
        'if (message.kind === undefined)',
      ),
      change(
        `${mail}/marketing-gate.ts`,
        "if (stop !== null) return stop\n      if (choiceOf(policy, 'marketing') === null) return 'cannot be ended'",
        'if (stop !== undefined) return null',
      ),
    ],
  },
  'marketing-consent': {
    how: 'news goes to everyone, whatever they said',
    changes: [
      change(
        `${mail}/decide-mail.ts`,
        "marketing === undefined ? 'not in the policy' : await marketing.refusal(tx, about)",
        'null',
      ),
    ],
  },
  unsubscribe: {
    how: 'news cannot be ended with one click',
    changes: [change(`${mail}/decide-mail.ts`, "'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',", '')],
  },
  'change-notice': { how: 'a notice counts as told and no mail is written', changes: [silent] },
  'transfer-notice': { how: 'a notice counts as told and no mail is written', changes: [silent] },
  'weaker-change-waits': {
    how: 'a version takes effect once everyone was told, without its period',
    changes: [
      change(`${versions}/version-due.ts`, 'return at !== null && at <= now', 'return at !== null && now !== null'),
    ],
  },
  'acceptance-recorded': {
    how: 'nobody records who went on under which version',
    changes: [
      change(`${versions}/acceptance.ts`, 'if (recorded.has(personId)) return', 'if (!recorded.has(personId)) return'),
    ],
  },
}
