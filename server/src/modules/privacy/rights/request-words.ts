import type { RequestRow } from './request-store.ts'
import type { Rights } from './rights.ts'

type Column = 'sealed_details' | 'sealed_answer' | 'sealed_refusal'

/** Words about a person, sealed under their key. @param of the request that the words belong to */
export const sealWords = (
  { vault }: Pick<Rights, 'vault'>,
  of: { readonly id: string; readonly personId: string },
  column: Column,
  words: string,
): Promise<Buffer> => vault.sealFor(of.personId, { table: 'rights_request', column, row: of.id }, words)

/** Null where there are none, or where their person was erased. */
export const openWords = async (
  { vault, database }: Pick<Rights, 'vault' | 'database'>,
  row: RequestRow,
): Promise<{ details: string | null; answer: string | null; refusal: string | null }> => {
  const open = async (column: Column, sealed: Buffer | null): Promise<string | null> =>
    sealed === null || row.personId === null
      ? null
      : vault.openFor(database.direct, row.personId, { table: 'rights_request', column, row: row.id }, sealed)
  return {
    details: await open('sealed_details', row.sealedDetails),
    answer: await open('sealed_answer', row.sealedAnswer),
    refusal: await open('sealed_refusal', row.sealedRefusal),
  }
}
