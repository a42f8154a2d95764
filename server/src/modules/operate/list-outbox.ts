import { contract } from '@avow/contract'
import { and, desc, eq, lt, or, type SQL, sql } from 'drizzle-orm'
import { mailOutbox } from '../../platform/db/index.ts'
import { decodeCursor, route, toPage } from '../../platform/http/index.ts'

/** Mail that this cloud wrote, newest first, so that nothing needs a mail server to be tried. */
export const listOutbox = route(contract.operate.outbox, async ({ tx, query }) => {
  const cursor = decodeCursor(query.cursor)
  const wanted: (SQL | undefined)[] = [
    query.to === undefined ? undefined : eq(sql`lower(${mailOutbox.recipient})`, query.to.toLowerCase()),
    query.kind === undefined ? undefined : eq(mailOutbox.kind, query.kind),
    cursor === undefined
      ? undefined
      : or(
          lt(mailOutbox.createdAt, new Date(cursor.atMs)),
          and(eq(mailOutbox.createdAt, new Date(cursor.atMs)), lt(mailOutbox.id, cursor.id)),
        ),
  ]
  const rows = await tx
    .select()
    .from(mailOutbox)
    .where(and(...wanted))
    .orderBy(desc(mailOutbox.createdAt), desc(mailOutbox.id))
    .limit(query.limit + 1)
  return toPage(
    rows,
    query.limit,
    (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
    ({ recipient, createdAt, sentAt, ...row }) => ({
      ...row,
      to: recipient,
      createdAt: createdAt.toISOString(),
      sentAt: sentAt?.toISOString() ?? null,
    }),
  )
})
