import { type CallOrigins, createCallOrigins, openProbeBooks, type ProbeBooks } from '../modules/billing/index.ts'
import { type AccessLog, createAccessLog } from '../modules/identity/index.ts'
import type { Database } from '../platform/db/index.ts'
import { probeAddress } from '../platform/http/index.ts'

type Deps = Parameters<typeof createAccessLog>[0] &
  Parameters<typeof createCallOrigins>[0] & { readonly databaseUrl: string }

export interface Records {
  readonly accessLog: AccessLog
  /** The same anew on a database of the caller's; it takes in what probes ask too. */
  readonly accessLogOn: (database: Database) => AccessLog
  readonly origins: CallOrigins | null
  readonly probeBooks: (days: readonly string[]) => Promise<ProbeBooks>
}

/** What is recorded of requests, and what checks find out about records with. */
export const openRecords = ({ databaseUrl, ...deps }: Deps): Records => {
  const origins = createCallOrigins(deps)
  return {
    accessLog: createAccessLog({ ...deps, ignored: probeAddress }),
    accessLogOn: (database) => createAccessLog({ ...deps, database }),
    origins,
    probeBooks: (days) => openProbeBooks({ databaseUrl, log: deps.log, days, origins }),
  }
}
