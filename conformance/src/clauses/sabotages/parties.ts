import { change, gates, server } from '../change-source.ts'
import type { Sabotage } from '../sabotage.ts'

/** Ways to break what is promised about others: recipients, regions, authorities, mail, pages. */
export const partiesSabotages: Readonly<Record<string, Sabotage>> = {
  'recipients-only': {
    how: 'whoever is listed nowhere may receive, and for any purpose',
    changes: [
      change(
        `${gates}/egress.ts`,
        'if (outsider !== null || host === null) return unlisted',
        'if (host === null) return unlisted',
      ),
      change(`${gates}/egress.ts`, 'if (!purposes.includes(purpose))', 'if (purposes === undefined)'),
    ],
  },
  'recipient-fields': {
    how: 'a recipient may receive any field',
    changes: [change(`${gates}/egress.ts`, 'const field = listed && fields.find', 'const field = listed && [].find')],
  },
  'disclosure-kinds': {
    how: 'data may leave on any ground',
    changes: [
      change(
        `${gates}/disclosures.ts`,
        "if (ground !== 'processor' && policy.source.disclosures?.includes(ground) !== true)",
        'if (ground === undefined)',
      ),
    ],
  },
  'regions-only': {
    how: 'data may go to any region',
    changes: [
      change(`${gates}/placement.ts`, 'if (pin !== null && country !== pin)', 'if (country === undefined)'),
      change(`${gates}/placement.ts`, 'if (!verdict.allowed) return', 'if (country === undefined) return'),
    ],
  },
  'transfers-recorded': {
    how: 'no border is seen',
    changes: [
      change(
        `${gates}/placement.ts`,
        'here === null || country === null || country === here',
        'here !== undefined || country === null || country === here',
      ),
    ],
  },
  'authority-review': {
    how: 'who prepared an answer may review it',
    changes: [change(`${gates}/disclosure.ts`, 'if (facts.preparedBy === reviewer)', 'if (facts === undefined)')],
  },
  'customer-told': {
    how: 'data is handed out though nobody told the customer',
    changes: [
      change(`${gates}/disclosure.ts`, "if (!isSettled(facts, now)) throw new Refusal('customer_not_told')", ''),
    ],
  },
  'no-marketing': {
    how: 'the mailer takes any kind of message',
    changes: [
      change(
        `${server}/platform/mail/mailer.ts`,
        'if (!(mailKinds as readonly string[]).includes(message.kind))',
        'if (message.kind === undefined)',
      ),
    ],
  },
  'no-third-parties': {
    how: 'pages may load from another site',
    changes: [
      change(
        `${server}/start/serve-static.ts`,
        'defaultSrc: ["\'self\'"]',
        'defaultSrc: ["\'self\'", "https://elsewhere.invalid"]',
      ),
    ],
  },
  'plain-http': {
    how: 'plain HTTP is served to anybody',
    changes: [
      change(`${gates}/transport.ts`, 'if (!wish.isLoopback)', 'if (wish.host === undefined)'),
      change(`${gates}/transport.ts`, "if (rule.plainHttp === 'refused')", 'if (wish.host === undefined)'),
    ],
  },
  'tls-floor': {
    how: 'old versions of TLS are accepted',
    changes: [
      change(
        `${gates}/transport.ts`,
        'minVersion: rule.tlsMinimum',
        "minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0'",
      ),
    ],
  },
  publish: {
    how: 'the published policy names nobody and nothing',
    changes: [
      change(`${server}/modules/privacy/show-policy.ts`, 'operator: source.operator.name', "operator: 'somebody'"),
      change(`${server}/modules/privacy/show-policy.ts`, 'effective: source.effective', "effective: '1970-01-01'"),
      change(`${server}/modules/privacy/show-policy.ts`, 'address === null ? [] : [{ role, address }]', '[]'),
      change(
        `${server}/modules/privacy/show-policy.ts`,
        'recipients: source.recipients.map',
        'recipients: source.recipients.slice(1).map',
      ),
      change(`${server}/modules/privacy/show-policy.ts`, 'browser: browserItems(source.cookies)', 'browser: []'),
      change(`${server}/modules/privacy/show-policy.ts`, 'authority === undefined ? [] :', 'authority !== null ? [] :'),
      change(
        `${server}/modules/privacy/show-policy.ts`,
        'thirdParties: source.thirdParties ?? null',
        'thirdParties: null',
      ),
    ],
  },
  'remote-access-recorded': {
    how: 'everybody on the staff is taken to be here',
    changes: [
      change(
        `${gates}/staff-access.ts`,
        "if (country === 'here') return",
        "if (country !== 'here' || country === 'here') return",
      ),
    ],
  },
}
