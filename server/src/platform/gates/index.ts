export * from './attack-watch.ts'
export { browserGuard, browserGuardPath } from './browser.ts'
export * from './contact-store.ts'
export * from './disclosure.ts'
export * from './disclosures.ts'
export * from './egress.ts'
export * from './erasure.ts'
export * from './gate-tables.ts'
export * from './holds.ts'
export * from './judge-training.ts'
export * from './password.ts'
export * from './people-gates.ts'
export * from './placement.ts'
export * from './plans.ts'
export * from './publication.ts'
export * from './purpose.ts'
export * from './remove-unless-held.ts'
export * from './retention.ts'
export * from './staff-access.ts'
export * from './staff-access-tables.ts'
export * from './standing.ts'
export { listConsents, listStandings, type PersonStanding, readStandings, saidBy } from './standing-store.ts'
export * from './stranger-door.ts'
export * from './strangers.ts'
export * from './subject-keys.ts'
export {
  isSubjectsBy,
  type MappedTable,
  readForeignKeys,
  type Subject,
  subjectProblems,
  tablesOf,
} from './subject-rows.ts'
export * from './training.ts'
export * from './training-store.ts'
export * from './training-tables.ts'
export * from './transport.ts'
export * from './unwanted-content.ts'
export { findUnwanted, type UnwantedKind } from './unwanted-numbers.ts'
