import type { Tx } from '../../platform/db/index.ts'
import type { Sending } from '../../platform/gates/index.ts'
import { promptsTo, recipientOf } from './bind-provider.ts'
import { listModels } from './store.ts'

/** What the models of the catalogue send to servers elsewhere, by the model's id. */
export const promptSendings = async (tx: Tx): Promise<{ name: string; sending: Sending & { address: string } }[]> =>
  (await listModels(tx)).flatMap((row) =>
    row.upstream === null
      ? []
      : [{ name: row.id, sending: { ...promptsTo(row.upstream, recipientOf(row)), address: row.upstream } }],
  )
