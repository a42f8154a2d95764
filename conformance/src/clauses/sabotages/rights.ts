import { change, gates, identity, server } from '../change-source.ts'
import type { Sabotage } from '../sabotage.ts'

/** Ways to break what is promised about the rights of people. */
export const rightsSabotages: Readonly<Record<string, Sabotage>> = {
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
}
