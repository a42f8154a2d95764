export { createEvidenceLog, type EvidenceLog } from './evidence-log.ts'
export { tileWidth } from './merkle-tree.ts'
export * from './record-decision.ts'
export * from './record-refusals.ts'
