import { contract } from '@avow/contract'
import { and, eq, lt, or } from 'drizzle-orm'
import { mailOutbox } from '../../platform/db/index.ts'
import { decodeCursor, type Route, route, toPage } from '../../platform/http/index.ts'
import { listMail } from '../../platform/mail/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** Mail that this cloud wrote, newest first, so that nothing needs a mail server to be tried. */
export const listOutbox = (vault: Pick<Vault, 'openMany' | 'blindIndex'>): Route =>
  route(contract.operate.outbox, async ({ tx, query }) => {
    const cursor = decodeCursor(query.cursor)
    const where =
      cursor === undefined
        ? undefined
        : or(
            lt(mailOutbox.createdAt, new Date(cursor.atMs)),
            and(eq(mailOutbox.createdAt, new Date(cursor.atMs)), lt(mailOutbox.id, cursor.id)),
          )
    const rows = await listMail(tx, vault, { to: query.to, kind: query.kind, where, limit: query.limit + 1 })
    return toPage(
      rows,
      query.limit,
      (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
      ({ createdAt, sentAt, links, ...row }) => ({
        ...row,
        links: [...links],
        createdAt: createdAt.toISOString(),
        sentAt: sentAt?.toISOString() ?? null,
      }),
    )
  })
