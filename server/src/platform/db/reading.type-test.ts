/** Compiled, never run: a reader that does not say what for must not type-check. */
import { endpoint, person } from '@avow/contract'
import type { Job } from '../jobs/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Databases, Reading, Tx } from './index.ts'

const stated = {
  id: 'a.b',
  method: 'GET',
  path: '/a',
  tag: 'A',
  summary: 'A',
  access: person,
  status: 204,
  errors: [],
} as const

export const declared = endpoint({ ...stated, readsFor: ['account'] })
// @ts-expect-error an endpoint says what it reads for
export const undeclared = endpoint(stated)
// @ts-expect-error at least one purpose
export const empty = endpoint({ ...stated, readsFor: [] })
// @ts-expect-error a purpose of the policy language
export const unknown = endpoint({ ...stated, readsFor: ['curiosity'] })

const run = async (): Promise<void> => undefined
export const declaredJob: Job = { name: 'a', readsFor: ['account'], run }
// @ts-expect-error a job says what it reads for
export const undeclaredJob: Job = { name: 'a', run }

declare const databases: Databases
declare const vault: Vault
declare const tx: Tx
const work = async (): Promise<void> => undefined
export const declaredRead = () => databases.for('account').transaction(work)
// @ts-expect-error no transaction without a purpose
export const undeclaredRead = () => databases.transaction(work)
// @ts-expect-error at least one purpose
export const emptyRead = () => databases.for().transaction(work)
// @ts-expect-error nothing about people is opened without a reader who said what for
export const undeclaredOpen = () => vault.openMany([])
// @ts-expect-error a reading comes from the purpose gate and cannot be written down
export const forged: Reading = { ...tx.reading, made: true, admit: () => undefined }
