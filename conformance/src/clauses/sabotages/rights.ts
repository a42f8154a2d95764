import { hire } from '../../cast.ts'
import { createPerson, ok, type Person } from '../../people.ts'
import { change, gates, identity, server } from '../change-source.ts'
import type { Sabotage, SabotagedWorld } from '../sabotage.ts'

/** Restricts the use of data, and objects to what is open to it: both are done at once, and on the list of requests. */
const placeWords = async ({ api }: Person): Promise<void> => {
  await ok(api.POST('/api/v1/me/privacy/restriction', { body: {} }))
  const { purposes } = await ok(api.GET('/api/v1/me/privacy/choices'))
  const open = purposes.find(({ choice }) => choice === 'objection')
  if (open === undefined) return
  const params = { path: { purpose: open.purpose } }
  await ok(api.POST('/api/v1/me/privacy/objections/{purpose}', { params }))
}

/** Somebody asks for all that can be asked for, and appeals against a refusal. */
const askForAll = async ({ avow, tested }: SabotagedWorld): Promise<void> => {
  const person = await createPerson(avow, 'asks')
  const { api, password } = person
  const { confirmation } = await ok(api.GET('/api/v1/me/erasure/preview'))
  await ok(api.POST('/api/v1/me/erasure', { body: { password, confirmation } }))
  await ok(api.POST('/api/v1/me/export', { body: {} }))
  await placeWords(person)
  const details = 'What was sent in May?'
  const ask = (kind: 'access' | 'rectification') => ok(api.POST('/api/v1/me/requests', { body: { kind, details } }))
  const [asked] = [await ask('access'), await ask('access'), await ask('rectification')]
  if (tested.policy.source.rights.appeal === undefined) return
  const officer = avow.api((await hire(avow, 'privacy-officer', true)).token ?? '')
  const params = { path: { requestId: asked.id } }
  const denial = { ground: 'unfounded', reason: 'Nothing was sent.' } as const
  await ok(officer.POST('/api/v1/privacy/requests/{requestId}/deny', { params, body: denial }))
  await ok(api.POST('/api/v1/me/requests/{requestId}/appeal', { params, body: { details } }))
}

/** Ways to break what is promised about the rights of people. */
export const rightsSabotages: Readonly<Record<string, Sabotage>> = {
  restrict: {
    how: 'a restriction stops nothing',
    changes: [
      change(
        `${gates}/standing.ts`,
        "if (restricted && !despiteRestriction.has(purpose)) return 'restricted'",
        "if (restricted && purpose === undefined) return 'restricted'",
      ),
    ],
  },
  'consent-withdrawal': {
    how: 'a withdrawal is not written down',
    changes: [
      change(
        `${gates}/standing.ts`,
        'const isNew = await writeConsent(tx, { ...row, supersededAt: null })',
        "const isNew = state !== 'withdrawn' && (await writeConsent(tx, { ...row, supersededAt: null }))",
      ),
    ],
  },
  'processing-addendum': {
    how: 'whatever hash is given counts as the text that was read',
    changes: [
      change(
        `${server}/modules/privacy/addenda/addendum-routes.ts`,
        'if (hash !== now.hash)',
        'if (hash === undefined)',
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
        `${server}/modules/privacy/rights/make-export.ts`,
        'filter((name) => name !== copies)',
        "filter((name) => name !== copies && name !== 'mail_outbox')",
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
  deadline: {
    how: 'requests are left to wait past their deadline',
    changes: [
      change(
        `${server}/modules/privacy/rights/request-store.ts`,
        'await tx.insert(rightsRequest).values(row).returning()',
        "await tx.insert(rightsRequest).values({ ...row, dueAt: row.askedAt, state: 'waiting', finishedAt: null }).returning()",
      ),
      change(
        `${server}/modules/privacy/rights/make-export.ts`,
        "await updateRequest(tx, row.id, { state: 'done', finishedAt: madeAt })",
        '',
      ),
    ],
    prepare: askForAll,
  },
  'tracking-refusal': {
    how: 'what a browser refuses is not heard',
    changes: [
      change(
        `${server}/modules/privacy/choices/obey-signals.ts`,
        'if (choice === null ||',
        'if (choice !== undefined ||',
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
}
