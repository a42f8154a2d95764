import { contract, type myNoticeView, type noticeView } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { decodeCursor, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import {
  dismissNotice,
  findNotice,
  listNotices,
  listNoticesOf,
  type NoticeRow,
  type RecipientRow,
} from './notice-store.ts'
import type { Notices } from './notices.ts'
import { publishNotice } from './publish-notice.ts'

/** Accounts that it goes to. People leave afterwards, so those of today are not the ones that were told. */
const reachedOf = ({ told, refused, finishedAt }: NoticeRow, open: number): number =>
  finishedAt === null ? Math.max(open, told + refused) : told + refused

const view = (row: NoticeRow, open: number): z.input<typeof noticeView> => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  body: row.body,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  told: row.told,
  refused: row.refused,
  accounts: reachedOf(row, open),
  finishedAt: row.finishedAt?.toISOString() ?? null,
})

const viewMine = ({
  notice,
  recipient,
}: {
  notice: NoticeRow
  recipient: RecipientRow
}): z.input<typeof myNoticeView> => ({
  id: notice.id,
  kind: notice.kind,
  subject: notice.subject,
  body: notice.body,
  toldAt: recipient.toldAt.toISOString(),
  dismissedAt: recipient.dismissedAt?.toISOString() ?? null,
})

const require = async (tx: Tx, id: string): Promise<NoticeRow> => {
  const row = await findNotice(tx, id)
  if (row === undefined) throw new Refusal('not_found')
  return row
}

export const noticeRoutes = ({ clock, accounts, policy, marketing }: Notices): Route[] => [
  route(contract.notices.announce, async ({ tx, caller, body }) => {
    if (body.kind === 'marketing' && !policy.purposes.has('marketing'))
      throw new Refusal('policy_refused', `The policy ${policy.id} sends no marketing: it has no such purpose.`)
    const id = await publishNotice(tx, clock, { ...body, createdBy: caller.personId })
    return view(await require(tx, id), await accounts.countOpen(tx))
  }),
  route(contract.notices.list, async ({ tx, query }) => {
    const rows = await listNotices(tx, { limit: query.limit, after: decodeCursor(query.cursor) })
    const open = await accounts.countOpen(tx)
    const cursorOf = (row: NoticeRow) => ({ atMs: row.createdAt.getTime(), id: row.id })
    return toPage(rows, query.limit, cursorOf, (row) => view(row, open))
  }),
  route(contract.notices.show, async ({ tx, params }) =>
    view(await require(tx, params.noticeId), await accounts.countOpen(tx)),
  ),
  route(contract.notices.mine, async ({ tx, caller, query }) => {
    const page = { limit: query.limit, after: decodeCursor(query.cursor) }
    const rows = await listNoticesOf(tx, caller.personId, page)
    const cursorOf = ({ recipient }: (typeof rows)[number]) => ({ atMs: recipient.toldAt.getTime(), id: recipient.id })
    return toPage(rows, query.limit, cursorOf, viewMine)
  }),
  route(contract.notices.unsubscribe, async ({ tx, body }) => {
    if (!(await marketing.unsubscribe(tx, body.token)))
      throw new Refusal('token_invalid', 'This link is not one that we made. Copy it whole from the message.')
    return { ended: true }
  }),
  route(contract.notices.dismiss, async ({ tx, caller, params }) => {
    const found = await dismissNotice(tx, { ...params, personId: caller.personId }, clock.now())
    if (found === undefined) throw new Refusal('not_found')
    return viewMine(found)
  }),
]
