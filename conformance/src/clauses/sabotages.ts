import type { Sabotage } from './sabotage.ts'

const server = 'server/src'
const identity = `${server}/modules/identity`
const gates = `${server}/platform/gates`

const change = (file: string, find: string, replace: string) => ({ file, find, replace })

/** How to break each kind of rule that has a check, by its kind. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  'declared-data-only': {
    how: 'the comparison of catalogue and map finds nothing',
    changes: [
      change(
        `${server}/platform/db/check-catalogue.ts`,
        'undeclared: [...live].filter((name) => !declared.has(name))',
        'undeclared: []',
      ),
    ],
  },
  collect: {
    how: 'every column is used for advertising too',
    changes: [
      change(
        `${server}/platform/db/table.ts`,
        'purposes: own.purposes ?? notes.note.purposes,',
        "purposes: own.category === 'system' ? [] : [...(own.purposes ?? notes.note.purposes), 'advertising' as never],",
      ),
    ],
  },
  retain: {
    how: 'the retention gate finds also what is not due',
    changes: [
      change(
        `${gates}/retention.ts`,
        'const removable = isRemovable(deps, of, deps.clock.now(), of.table)',
        'const removable = isRemovable(deps, of, new Date(deps.clock.nowMs() + 1e13), of.table)',
      ),
    ],
    group: 'retention',
  },
  'retention-runs': {
    how: 'the sweep leaves out a table',
    changes: [
      change(
        `${server}/modules/privacy/jobs.ts`,
        'for (const of of gate.tables) {',
        'for (const of of gate.tables.slice(2)) {',
      ),
    ],
  },
  'holds-win': {
    how: 'no row counts as held',
    changes: [
      change(
        `${gates}/holds.ts`,
        'return sql`exists (select 1 from legal_hold h where',
        'return sql`exists (select 1 from legal_hold h where false and',
      ),
    ],
  },
  erase: {
    how: 'erasure passes over copies of mail',
    changes: [
      change(
        `${gates}/erasure.ts`,
        'for (const part of parts) {',
        "for (const part of name === 'mail_outbox' ? [] : parts) {",
      ),
      change(
        `${gates}/erasure.ts`,
        'for (const name of order) left',
        "for (const name of order.filter((one) => one !== 'mail_outbox')) left",
      ),
    ],
  },
  'access-report': {
    how: 'the report leaves out mail',
    changes: [
      change(
        `${server}/modules/privacy/rights/show-my-data.ts`,
        'export const reportOn = async (rights: Rights, tx: Tx, personId: string): Promise<Held[]> => {',
        "export const reportOn = async (given: Rights, tx: Tx, personId: string): Promise<Held[]> => { const rights = { ...given, map: given.map.filter((one) => one.table !== 'mail_outbox') }",
      ),
    ],
  },
  'portable-export': {
    how: 'the export leaves out mail',
    changes: [
      change(
        `${server}/modules/privacy/rights/export-data.ts`,
        'export const exportFiles = async (rights: Rights, tx: Tx, personId: string): Promise<ArchiveFile[]> => {',
        "export const exportFiles = async (given: Rights, tx: Tx, personId: string): Promise<ArchiveFile[]> => { const rights = { ...given, map: given.map.filter((one) => one.table !== 'mail_outbox') }",
      ),
    ],
  },
  rectify: {
    how: 'a corrected name is not stored',
    changes: [
      change(
        `${identity}/people/person-store.ts`,
        'await tx.update(person).set({ sealedName }).where(eq(person.id, personId))',
        '',
      ),
    ],
  },
  'staff-access-recorded': {
    how: 'staff open mail without a ticket',
    changes: [
      change(
        `${gates}/staff-access.ts`,
        "if (!emergency && (ticket ?? '').trim() === '')",
        "if (reason === undefined && (ticket ?? '').trim() === '')",
      ),
    ],
  },
  'erasure-confirmed': {
    how: 'any confirmation will do',
    changes: [
      change(
        `${server}/modules/privacy/rights/preview-erasure.ts`,
        'if (given.confirmation !== preview.confirmation)',
        'if (given.confirmation === undefined)',
      ),
    ],
  },
  'verify-requester': {
    how: 'a wrong password is as good as the right one',
    changes: [
      change(
        `${identity}/people/require-oneself.ts`,
        'const { hasSecondFactor } = await requireOwnPassword(identity, personId, given.password)',
        'const { hasSecondFactor } = await requireOwnPassword(identity, personId, given.password).catch(() => ({ hasSecondFactor: false }))',
      ),
    ],
  },
  'denials-explained': {
    how: 'nobody is told why their request was refused',
    changes: [
      change(
        `${server}/modules/privacy/rights/decide-request.ts`,
        'await tell(rights, tx, row, (to, url) => deniedMail(to, row.kind, body, url))',
        '',
      ),
    ],
  },
  'appeal-apart': {
    how: 'who refused decides about the appeal',
    changes: [
      change(
        `${server}/modules/privacy/rights/decide-request.ts`,
        'if (first?.handledBy === officerId)',
        'if (first === null)',
      ),
    ],
  },
  'call-records-bare': {
    how: 'records of calls have a column for prompts',
    changes: [
      change(
        `${server}/modules/billing/tables.ts`,
        "at: col(time('at').notNull(), usage),",
        "at: col(time('at').notNull(), 'content.inference'),",
      ),
    ],
  },
  'plans-narrow': {
    how: 'nobody looks at the periods of plans',
    changes: [
      change(
        `${gates}/plans.ts`,
        'return rows.map(({ period, ids }) =>',
        'return rows.slice(rows.length).map(({ period, ids }) =>',
      ),
    ],
  },
  'processing-record': {
    how: 'the record leaves out a purpose',
    changes: [
      change(
        `${server}/modules/privacy/processing-record.ts`,
        'activities: purposes.map(',
        "activities: purposes.filter((purpose) => purpose !== 'security').map(",
      ),
    ],
  },
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
  'backups-protected': {
    how: 'a restore does not repeat erasures',
    changes: [
      change(
        `${server}/modules/privacy/rights/replay-erasures.ts`,
        'export const replayErasures = async (rights: Rights): Promise<number> => {',
        'export const replayErasures = async (rights: Rights): Promise<number> => { if (rights !== undefined) return 0',
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
  'closure-locks': {
    how: 'the keys of a closed organisation go on',
    changes: [change(`${identity}/people/close-account.ts`, '.set({ revokedAt: now })', '.set({ revokedAt: null })')],
  },
  'bodies-stored': {
    how: 'the books have a column for prompts',
    changes: [
      change(
        `${server}/modules/billing/tables.ts`,
        "at: col(time('at').notNull(), usage),",
        "at: col(time('at').notNull(), 'content.inference'),",
      ),
    ],
  },
  'minimum-age': {
    how: 'anybody is old enough',
    changes: [
      change(
        `${identity}/people/sign-up.ts`,
        'const isOldEnough = age >= policy.minimumAge',
        'const isOldEnough = true',
      ),
    ],
  },
  'sign-up-asks': {
    how: 'sign-up does not ask for the name',
    changes: [
      change(
        'contract/src/account.ts',
        'name,\n      birthDate: z.iso.date()',
        "name: name.default('Somebody'),\n      birthDate: z.iso.date()",
      ),
    ],
  },
  'roles-enforced': {
    how: 'every member may do everything',
    changes: [
      change(`${identity}/authorise.ts`, "if (!access.roles.includes(found.role)) throw new Refusal('forbidden')", ''),
    ],
  },
  'tenant-isolation': {
    how: 'a stranger counts as a member',
    changes: [
      change(
        `${identity}/authorise.ts`,
        'and(eq(membership.personId, personId), isNull(organisation.closedAt))',
        'isNull(organisation.closedAt)',
      ),
    ],
  },
  'sessions-revocable': {
    how: 'ending a session leaves it',
    changes: [
      change(
        `${identity}/sessions/end-session.ts`,
        'await deleteSession(tx, caller.personId, params.sessionId)',
        'true',
      ),
    ],
  },
  'staff-second-factor': {
    how: 'staff act without a code',
    changes: [change(`${identity}/staff/is-staff-active.ts`, "policy.staffSecondFactor === 'optional'", 'true')],
  },
  'verified-mail': {
    how: 'a wrong link verifies an address',
    changes: [
      change(
        `${identity}/people/verify-email.ts`,
        "if (waiting === undefined) throw new Refusal('token_invalid')",
        "if (waiting === undefined) return { email: 'guessed@avow.invalid' }",
      ),
    ],
  },
  'logs-without-content': {
    how: 'a log line may hold any field',
    changes: [change(`${server}/platform/log/log.ts`, 'if (!Object.hasOwn(allowed, name)) continue', '')],
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
  'password-hash': {
    how: 'the gate is content with weak hashes',
    changes: [
      change(
        `${gates}/password.ts`,
        'needsRehash: (stored) => !followsPasswordRule(stored, wanted)',
        'needsRehash: () => false',
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
  'sealed-at-rest': {
    how: 'an id carries the name of its person in clear',
    changes: [
      change(
        `${identity}/people/verify-email.ts`,
        "const id = newId('per', clock)",
        "const id = newId('per', clock) + '-' + name.replace(/[^a-z0-9-]/gi, '')",
      ),
    ],
  },
  'api-keys-hashed': {
    how: 'the whole secret is kept to show',
    changes: [change(`${identity}/secrets.ts`, 'secret.slice(0, 12)', 'secret')],
  },
  'api-key-revocation': {
    how: 'a revoked key looks active to gateways',
    changes: [change(`${identity}/keys/key-directory.ts`, "row.revokedAt === null ? 'active' : 'revoked'", "'active'")],
  },
  'api-key-rotation': {
    how: 'the old key never ends',
    changes: [
      change(`${identity}/keys/change-key.ts`, '{ replacedBy: row.id, expiresAt: oldEnd }', '{ replacedBy: row.id }'),
    ],
  },
}
