import { createHash } from 'node:crypto'
import type { PartDeps } from './create-platform.ts'

/** What a process says of itself to others on the same database. Its id goes with its journal, as its leases of budgets do. */
export const gatewayFacts = ({ config, folder, main }: Pick<PartDeps, 'config' | 'folder' | 'main'>) => ({
  id: `gtw_${createHash('sha256')
    .update(`gateway ${folder.secret('journal-holder')}`)
    .digest('hex')
    .slice(0, 20)}`,
  name: main === null ? 'main' : config.gateway,
  version: config.version,
})
