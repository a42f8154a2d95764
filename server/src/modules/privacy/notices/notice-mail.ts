import type { Message } from '../../../platform/mail/index.ts'
import type { NoticeRow } from './notice-store.ts'

const linksOf = (row: NoticeRow, url: string): string[] =>
  row.kind === 'policy-change' ? [`${url}/policy/next`, `${url}/policy`] : []

const lead: Record<string, string> = { next: 'The new version:', policy: 'The policy in force:' }

/** A notice as mail to one person. @param url address that people use, without a slash at its end */
export const noticeMail = (row: NoticeRow, to: { personId: string; address: string }, url: string): Message => {
  const links = linksOf(row, url)
  const named = links.map((link) => `${lead[link.split('/').at(-1) ?? ''] ?? ''} ${link}`)
  return {
    to: to.address,
    about: to.personId,
    kind: row.kind === 'marketing' ? 'marketing' : 'notice',
    subject: row.subject,
    text: [row.body, ...named, `All notices: ${url}/account`].join('\n\n'),
    links,
  }
}
