export { createInference, type Inference } from './create-inference.ts'
export type { KeyDirectory, KeyRecord } from './gateway/key-directory.ts'
export { knownModels } from './store.ts'
export { inferenceTables } from './tables.ts'
