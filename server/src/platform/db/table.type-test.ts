/** Compiled, never run: a table with an unannotated column must not type-check. */
import { text } from 'drizzle-orm/pg-core'
import { col, type TableNote, table } from './table.ts'

const note: TableNote = {
  module: 'test',
  subject: 'user',
  purposes: ['account'],
  erasure: 'delete',
  retention: { class: 'account', from: 'at' },
}

export const annotated = table('annotated', note, { id: col(text('id'), 'system') })

// @ts-expect-error a bare column says nothing about what it holds
export const bare = table('bare', note, { id: text('id') })

// @ts-expect-error the category must be one of the vocabulary
export const unknownCategory = table('unknown_category', note, { id: col(text('id'), 'shoe.size') })

// @ts-expect-error a table must say when its rows end
export const endless: TableNote = { module: 'test', subject: 'user', purposes: [], erasure: 'delete' }
