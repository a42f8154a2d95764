import { change, gates, server } from '../change-source.ts'
import { providerOf } from '../policy-under-test.ts'
import type { Sabotage, SabotagedWorld } from '../sabotage.ts'
import { runJson } from '../story.ts'

/** A model of a recipient, where the policy lets prompts go to one. */
const addModelOfOthers = async ({ avow, mock, tested }: SabotagedWorld): Promise<void> => {
  const recipient = providerOf(tested)
  if (recipient === null) return
  const { items } = await runJson(avow, 'model', 'list')
  if (items.some(({ id }: { id: string }) => id === 'third')) return
  await runJson(avow, 'model', 'add', 'third', '--upstream', mock.url, '--recipient', recipient)
}

const strayCookie = change(
  `${server}/platform/http/create-api.ts`,
  'setCookie: (name, value, { maxAgeSeconds }) => {',
  "setCookie: (name, value, { maxAgeSeconds }) => { reply.header('set-cookie', 'visitor=1; Path=/')",
)

const anyField = change(`${gates}/egress.ts`, 'const field = listed && fields.find', 'const field = listed && [].find')

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
    changes: [anyField],
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
    how: 'nobody writes down who prepared an answer, so who did may review it',
    changes: [
      change(
        `${server}/modules/privacy/authority-requests/answer-request.ts`,
        'preparedBy: caller.personId, preparedAt: now',
        'preparedBy: null, preparedAt: now',
      ),
    ],
  },
  'customer-told': {
    how: 'a customer counts as told once an answer was reviewed, though nobody told them',
    changes: [
      change(
        `${server}/modules/privacy/authority-requests/answer-request.ts`,
        'reviewedBy: caller.personId, reviewedAt: now }',
        'reviewedBy: caller.personId, reviewedAt: now, toldAt: now }',
      ),
    ],
  },
  'air-gap': {
    how: 'anybody may be connected to',
    changes: [
      change(
        `${server}/platform/egress/connections.ts`,
        'return outsider === null || permitted.has(outsider)',
        'return outsider !== undefined',
      ),
    ],
  },
  'provider-named': {
    how: 'callers are not told whose model it is, and a fallback goes to whoever is in the pool',
    changes: [
      change(
        `${server}/modules/inference/gateway/choose-member.ts`,
        'placement.judge(organisationId, member) === null',
        'placement !== undefined',
      ),
      change(
        `${server}/modules/inference/gateway/judge-parties.ts`,
        'return { provider: name, recipient: id, country, forbidden: null }',
        'return { provider: name.slice(name.length) || null, recipient: id, country, forbidden: null }',
      ),
    ],
    prepare: addModelOfOthers,
  },
  'integration-terms': {
    how: 'prompts may go to whoever is listed, and the terms of a provider are lost on the way to who accepts them',
    changes: [
      change(`${gates}/egress.ts`, '!categories.includes(field.category)', 'categories.length === 0'),
      anyField,
      change(
        `${gates}/egress.ts`,
        "party: { kind: 'recipient', host, recipient, crossing: placed.crossing }",
        "party: { kind: 'recipient', host, recipient: { ...recipient, terms: undefined } as never, crossing: placed.crossing }",
      ),
    ],
    prepare: addModelOfOthers,
  },
  'cookies-listed': { how: 'a sign-in sets a cookie more', changes: [strayCookie] },
  'cookie-consent': { how: 'a sign-in sets a cookie more', changes: [strayCookie] },
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
  'publish-confirmed': {
    how: 'whatever was confirmed once confirms everything',
    changes: [change(`${gates}/publication.ts`, 'confirmation !== sign(wish, untilMs)', 'wish.by.length === 0')],
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
