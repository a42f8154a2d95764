import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { ok } from './people.ts'
import type { RunningAvow } from './start-avow.ts'

/** Why no container can be run here; null when one can. */
export const dockerMissing = (): string | null => {
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'Docker does not answer here'
  }
}

/** Ids of the containers of a replica on this machine, as Docker has them. */
export const containersOf = (replicaId: string): string[] =>
  execFileSync('docker', ['ps', '--all', '--quiet', '--filter', `name=${replicaId}`], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')

type Path = { readonly params: { readonly path: { readonly projectId: string; readonly endpointId: string } } }

const pathOf = (avow: RunningAvow, endpointId: string): Path => ({
  params: { path: { projectId: avow.firstRun.project.id, endpointId } },
})

export const endpointOf = (avow: RunningAvow, id: string) =>
  ok(avow.api().GET('/api/v1/projects/{projectId}/endpoints/{endpointId}', pathOf(avow, id)))

/** Those of the first project, and what all that it had cost. */
export const endpointsOf = (avow: RunningAvow) => {
  const path = { projectId: avow.firstRun.project.id }
  return ok(avow.api().GET('/api/v1/projects/{projectId}/endpoints', { params: { path } }))
}

/** What happened to it and why, the oldest first. */
export const eventsOf = async (avow: RunningAvow, id: string) => {
  const address = '/api/v1/projects/{projectId}/endpoints/{endpointId}/events'
  const { items } = await ok(avow.api().GET(address, pathOf(avow, id)))
  return items.reverse()
}

export const untilState = (avow: RunningAvow, id: string, state: string) =>
  expect.poll(async () => (await endpointOf(avow, id)).state, { timeout: 30_000, interval: 100 }).toBe(state)

/** The CLI, whose answer must be good. */
export const cliJson = async <T>(avow: RunningAvow, ...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await avow.cli([...args, '--json'])
  if (code !== 0) throw new Error(`avow ${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout) as T
}
