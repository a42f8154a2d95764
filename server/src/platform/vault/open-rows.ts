import type { Reader, Said } from '../db/index.ts'
import type { Place, Vault } from './open-vault.ts'

/** Subject of what is sealed and is about nobody known. */
export const nobody = 'nobody'

/** The sealed fields of one row: whose they are, and by name their column and bytes. */
export interface SealedFields<F extends string> {
  readonly subject: string
  readonly row: string
  /** What that subject said, where the row brings it (`saidBy`): then nobody is asked for it. */
  readonly said?: Said
  readonly fields: Readonly<Record<F, readonly [column: string, sealed: Buffer]>>
}

/**
 * Opens the sealed fields of rows with one question for the keys, in their order. A row whose subject was shredded, or
 * does not let it be used for what the reader reads for, is left out.
 */
export const openRows = async <R, F extends string>(
  reader: Reader,
  vault: Pick<Vault, 'openMany'>,
  table: string,
  rows: readonly R[],
  sealedIn: (row: R) => SealedFields<F>,
): Promise<{ readonly row: R; readonly plain: Readonly<Record<F, string>> }[]> => {
  const sealed = rows.map(sealedIn)
  const values = sealed.flatMap(({ subject, row, said, fields }) =>
    Object.values<readonly [string, Buffer]>(fields).map(([column, bytes]) => {
      const place: Place = { table, column, row }
      return { subject, place, sealed: bytes, ...(said === undefined ? {} : { said }) }
    }),
  )
  const opened = (await vault.openMany(reader, values))[Symbol.iterator]()
  return rows.flatMap((row, index) => {
    const names = Object.keys(sealed[index]?.fields ?? {})
    const plain = names.map((name) => [name, opened.next().value] as const)
    const isWhole = plain.every(([, value]) => typeof value === 'string')
    return isWhole ? [{ row, plain: Object.fromEntries(plain) as Record<F, string> }] : []
  })
}
