import type { Tx } from '../../platform/db/index.ts'
import type { Sending } from '../../platform/gates/index.ts'
import { promptsTo, recipientOf } from './bind-provider.ts'
import { listCatalogue } from './store.ts'
import { serversOf } from './upstream-servers.ts'

/** What the models of the catalogue send to servers elsewhere, by the model's id. */
export const promptSendings = async (tx: Tx): Promise<{ name: string; sending: Sending & { address: string } }[]> =>
  (await listCatalogue(tx)).flatMap(serversOf).map((server) => ({
    name: server.modelId,
    sending: { ...promptsTo(server.upstream, recipientOf(server)), address: server.upstream },
  }))
