export * from './password.ts'
export * from './purpose.ts'
export * from './retention.ts'
export * from './transport.ts'
