import type { Database } from '../../../platform/db/index.ts'
import { findUnfinished } from './notice-store.ts'
import { enqueueDelivery } from './publish-notice.ts'

/** Goes on with what was not told to everyone: the job of a server that was killed stays locked for hours. */
export const resumeNotices = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    for (const id of await findUnfinished(tx)) await enqueueDelivery(tx, id)
  })
