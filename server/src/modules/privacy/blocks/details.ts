import type { Tx } from '../../../platform/db/index.ts'
import type { Alerts } from '../alerts/index.ts'
import type { BlockRow } from './tables.ts'

/** What is sealed of a block. */
export interface BlockDetails {
  readonly ipAddress: string | null
  readonly note: string | null
}

export const placeOf = (id: string) => ({ table: 'address_block', column: 'sealed_details', row: id })

const nothing: BlockDetails = { ipAddress: null, note: null }

export const openDetails = async (
  tx: Tx,
  { vault }: Pick<Alerts, 'vault'>,
  rows: readonly BlockRow[],
): Promise<BlockDetails[]> => {
  const sealed = rows.flatMap(({ id, sealedDetails }) =>
    sealedDetails === null ? [] : [{ subject: id, place: placeOf(id), sealed: sealedDetails }],
  )
  const opened = (await vault.openMany(tx, sealed))[Symbol.iterator]()
  return rows.map((row) => {
    const plain = row.sealedDetails === null ? null : opened.next().value
    return typeof plain === 'string' ? (JSON.parse(plain) as BlockDetails) : nothing
  })
}
