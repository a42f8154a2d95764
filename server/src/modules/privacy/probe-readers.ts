import { type CompiledPolicy, type Purpose, purposes } from '@avow/policy'
import { type Databases, databasesOn, type Tx } from '../../platform/db/index.ts'
import { createPurposeGate } from '../../platform/gates/index.ts'
import { createApi, Refusal, type Route } from '../../platform/http/index.ts'
import { type Job, runJob } from '../../platform/jobs/index.ts'
import type { CheckedSystem } from './check.ts'

export interface TriedReaders {
  readonly endpoints: number
  readonly jobs: number
  /** Readers times purposes. */
  readonly tries: number
  readonly wrong: readonly string[]
}

const without = (policy: CompiledPolicy, purpose: Purpose): CompiledPolicy => ({
  ...policy,
  purposes: new Map([...policy.purposes].filter(([one]) => one !== purpose)),
})

/** The readers' doors under a policy that lacks a purpose, inside a transaction. */
const doorsWithout = ({ policy, map }: CheckedSystem, tx: Tx, purpose: Purpose): Databases =>
  databasesOn(tx, createPurposeGate({ policy: without(policy, purpose), map, onRefused: () => undefined }))

/** Sends a request to each endpoint; a handler that is reached only says so. @returns whom the door let through */
const knockAtEndpoints = async (system: CheckedSystem, database: Databases, routes: readonly Route[]) => {
  const reached: string[] = []
  const spying = routes.map((one) => ({
    ...one,
    handler: async () => {
      reached.push(one.endpoint.id)
      throw new Refusal('conflict')
    },
  }))
  const api = createApi({
    database,
    clock: system.clock,
    vault: system.vault,
    log: system.logTo({ write: () => undefined }),
    authorise: async () => null,
    routes: spying,
    endpoints: [],
    isOwnOrigin: () => true,
    isSecure: false,
    observe: () => undefined,
  })
  try {
    const open: string[] = []
    for (const { endpoint } of routes) {
      const url = `/api/v1${endpoint.path.replace(/\{\w+\}/g, 'probe')}`
      const { statusCode, body } = await api.inject({ method: endpoint.method, url })
      const isRefused = statusCode === 403 && body.includes('"policy_refused"') && !reached.includes(endpoint.id)
      if (!isRefused) open.push(endpoint.id)
    }
    return open
  } finally {
    await api.close()
  }
}

const startsWithout = async (databases: Databases, job: Job): Promise<boolean> => {
  let hasRun = false
  const spying: Job = {
    ...job,
    run: async () => {
      hasRun = true
    },
  }
  await runJob(databases, spying, {}, new AbortController().signal).catch(() => undefined)
  return hasRun
}

/** Has every endpoint and every job of the running server come with a policy that lacks one of its purposes. */
export const tryReaders = async (system: CheckedSystem, tx: Tx): Promise<TriedReaders> => {
  const { routes, jobs } = system.readers()
  const readers = [
    ...routes.map(({ endpoint }) => endpoint),
    ...jobs.map(({ name, readsFor }) => ({ id: name, readsFor })),
  ]
  const wrong = readers
    .filter(({ readsFor }) => !(readsFor?.length > 0))
    .map(({ id }) => `${id} reads for no stated purpose`)
  let tries = 0
  for (const purpose of purposes) {
    const doors = doorsWithout(system, tx, purpose)
    const asking = routes.filter(({ endpoint }) => endpoint.readsFor?.includes(purpose))
    for (const id of await knockAtEndpoints(system, doors, asking)) wrong.push(`${id} is open without ${purpose}`)
    const waiting = jobs.filter(({ readsFor }) => readsFor?.includes(purpose))
    for (const job of waiting)
      if (await startsWithout(doors, job)) wrong.push(`the job ${job.name} runs without ${purpose}`)
    tries += asking.length + waiting.length
  }
  return { endpoints: routes.length, jobs: jobs.length, tries, wrong }
}
