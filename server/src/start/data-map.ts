import { billingTables } from '../modules/billing/index.ts'
import { identityTables } from '../modules/identity/index.ts'
import { inferenceTables } from '../modules/inference/index.ts'
import { placementTables } from '../modules/placement/index.ts'
import { privacyTables } from '../modules/privacy/index.ts'
import { libraryColumns, mapTable, platformTables } from '../platform/db/index.ts'
import { gateTables } from '../platform/gates/index.ts'
import { vaultColumns } from '../platform/vault/index.ts'

/** Every declared column of the running version, libraries' included. */
export const dataMap = [
  ...[
    ...platformTables,
    ...gateTables,
    ...identityTables,
    ...billingTables,
    ...inferenceTables,
    ...placementTables,
    ...privacyTables,
  ].flatMap(mapTable),
  ...libraryColumns,
  ...vaultColumns,
]
