import { createServer } from 'node:http'
import { Registry } from 'prom-client'
import { Pool } from 'undici'
import { createBilling } from '../../server/src/modules/billing/index.ts'
import { createGateway } from '../../server/src/modules/inference/gateway/create-gateway.ts'
import { placedAnywhere } from '../../server/src/modules/inference/gateway/gateway-deps.ts'
import { createGatewayMetrics } from '../../server/src/modules/inference/gateway/gateway-metrics.ts'
import { MemberLoad } from '../../server/src/modules/inference/gateway/member-load.ts'
import type { ModelRoute } from '../../server/src/modules/inference/gateway/model-route.ts'
import { createCallWatch } from '../../server/src/modules/inference/watch/call-watch.ts'
import { systemClock } from '../../server/src/platform/clock/index.ts'
import { openDatabase } from '../../server/src/platform/db/index.ts'
import { anyReading } from '../../server/src/platform/db/test-reading.ts'
import { createLog } from '../../server/src/platform/log/index.ts'

// The gateway and its books alone, on a given database, with one key: what the kill rounds start hundreds of times.
// Arguments: port, upstream, database, data folder, when usage is forced to the disk.
const [port = '0', upstream = '', databaseUrl = '', dataDir = '', sync = 'soon'] = process.argv.slice(2)
const log = createLog('warn')
const registry = new Registry()
const database = openDatabase(databaseUrl, 4, () => undefined, { for: () => anyReading, duty: () => anyReading })
const billing = createBilling({
  database: database.for('billing'),
  databaseUrl,
  clock: systemClock,
  log,
  purposeGate: { require: () => undefined },
  registry,
  dataDir,
  sync: sync === 'before-answer' ? sync : 'soon',
  disclose: async () => undefined,
  accounts: { peopleIn: async () => [], addressesOf: async () => new Map() },
  mail: { write: async () => ({ written: true as const }) },
  publicUrl: () => '',
  folderSecret: 'bench',
  keyNames: async () => new Map(),
  projectsOf: async () => [],
})
const route: ModelRoute = {
  id: 'bench',
  createdAtMs: 0,
  licence: null,
  contextTokens: null,
  currency: 'EUR',
  promptMicrosPerMillion: 150_000n,
  completionMicrosPerMillion: 600_000n,
  members: [
    {
      id: 'bench',
      served: 'upstream',
      provider: null,
      recipient: null,
      country: null,
      forbidden: null,
      onlyFor: null,
      weight: 1,
      tier: 0,
      target: {
        dispatcher: new Pool(upstream),
        basePath: '/v1',
        headers: { 'content-type': 'application/json', authorization: 'Bearer upstream' },
        modelName: 'bench',
        engine: null,
      },
      reason: null,
      load: new MemberLoad(),
      isAway: () => false,
    },
  ],
}
const key = {
  keyId: 'key',
  projectId: 'prj',
  organisationId: 'org',
  state: 'active' as const,
  expiresAtMs: null,
  allowedModels: null,
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 1_000_000_000,
  concurrentRequests: 100_000,
}
const gateway = createGateway({
  keys: { find: async () => key, onChange: () => () => undefined, touched: () => undefined },
  models: { find: (id) => (id === 'bench' ? route : undefined), list: () => [route], lookAgain: async () => undefined },
  metering: billing.metering,
  metrics: createGatewayMetrics(registry),
  watch: createCallWatch({ registry, clock: systemClock }),
  clock: systemClock,
  log,
  policyRefusal: () => null,
  placement: placedAnywhere,
  bodyBytesMax: 1_048_576,
})
await billing.start()
const server = createServer((req, res) => gateway.handle(req, res))
server.keepAliveTimeout = 120_000
server.listen(Number(port), '127.0.0.1', () => console.log('ready'))

process.on('SIGTERM', () => {
  void gateway
    .close(5000)
    .then(() => billing.stop())
    .then(() => process.exit(0))
})
