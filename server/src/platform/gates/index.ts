export * from './erasure.ts'
export * from './holds.ts'
export * from './password.ts'
export * from './purpose.ts'
export * from './retention.ts'
export * from './subject-keys.ts'
export {
  isSubjectsBy,
  type MappedTable,
  readForeignKeys,
  type Subject,
  subjectProblems,
  tablesOf,
} from './subject-rows.ts'
export * from './transport.ts'
