export * from './record-decision.ts'
