import { Refusal } from './problem.ts'
import { isStorable } from './storable-text.ts'

/** The position after the last row of a page: its sort time (ms) and id. Opaque to callers. */
export interface Cursor {
  atMs: number
  id: string
}

/** Whole milliseconds from 1970 to the year 9999: what both Date and PostgreSQL read. */
const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 253_402_300_800_000

export const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.atMs, cursor.id])).toString('base64url')

/** @throws Refusal invalid_request when the text is not one of ours */
export const decodeCursor = (text: string | undefined): Cursor | undefined => {
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(parsed)) {
      const [atMs, id]: unknown[] = parsed
      if (isTime(atMs) && typeof id === 'string' && isStorable(id)) return { atMs, id }
    }
  } catch {
    // falls through to the refusal
  }
  throw new Refusal('invalid_request', 'The cursor is not one that this list gave. Start again without it.', {
    fields: [{ path: 'cursor', message: 'not a cursor of this list' }],
  })
}

/** Makes a page of rows that were read with limit + 1. */
export const toPage = <R, V>(rows: readonly R[], limit: number, cursorOf: (row: R) => Cursor, view: (row: R) => V) => {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return {
    items: kept.map(view),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  }
}
