import { createHash } from 'node:crypto'
import type { PartDeps } from './create-platform.ts'

/** @param secret of the folder that its journal is in */
export const gatewayIdOf = (secret: string): string =>
  `gtw_${createHash('sha256').update(`gateway ${secret}`).digest('hex').slice(0, 20)}`

/** What a process says of itself to others on the same database. Its id goes with its journal, as its leases of budgets do. */
export const gatewayFacts = ({ config, folder, main }: Pick<PartDeps, 'config' | 'folder' | 'main'>) => ({
  id: gatewayIdOf(folder.secret('journal-holder')),
  name: main === null ? 'main' : config.gateway,
  version: config.version,
})
