export { type BodyKeeper, openProbeBodies, type ProbeBodies, type ProbeBodiesOn } from './bodies/index.ts'
export { createInference, gatewayWithoutModels, type Inference } from './create-inference.ts'
export { discloseCalls } from './disclose-calls.ts'
export { createCallLimits, type Throttles } from './gateway/call-limits.ts'
export type { KeyDirectory, KeyRecord } from './gateway/key-directory.ts'
export { livingGateways } from './gateways/index.ts'
export {
  type EngineCounts,
  type EngineTurn,
  gatewayToCountingEngine,
  type KeyLimitsOf,
  type ProbeCaller,
  type ProbePool,
} from './probe-gateway.ts'
export { promptSendings } from './prompt-sendings.ts'
export { knownModels } from './store.ts'
export { inferenceTables } from './tables.ts'
export { spansTo } from './watch/index.ts'
