import type { AvowClient } from '@avow/sdk'
import { ownPolicy } from './own-policy.ts'
import { ok } from './people.ts'
import type { RunningAvow } from './start-avow.ts'

/** The starter, in which projects may keep bodies for thirty days. */
export const starterWithBodies = (): string =>
  ownPolicy(
    'starter',
    ['  store: never', '  store: opt-in'],
    [
      '  technical.network:',
      '  content.inference:\n    label: Prompts and outputs\n    sensitive: true\n    fields: [bodies of requests and responses]\n    sources: [person, service]\n    purposes: [provide]\n  technical.network:',
    ],
    [
      '  access.log: {',
      '  inference.body: { period: P30D, trigger: creation, sooner: [customer-setting], exceptions: [hold] }\n  access.log: {',
    ],
  )

/** A project's bodies, as one of its people reaches them. */
export const bodiesOf = (api: AvowClient, projectId: string) => {
  const path = { projectId }
  return {
    keep: (keep: boolean, period: string | null = null) =>
      api.PATCH('/api/v1/projects/{projectId}/body-keeping', { params: { path }, body: { keep, period } }),
    keeping: () => ok(api.GET('/api/v1/projects/{projectId}/body-keeping', { params: { path } })),
    list: (query: { status?: number; model?: string; limit?: number; cursor?: string; outcome?: 'client_gone' } = {}) =>
      ok(api.GET('/api/v1/projects/{projectId}/bodies', { params: { path, query } })),
    get: (bodyId: string) =>
      api.GET('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path: { projectId, bodyId } } }),
    remove: (bodyId: string) =>
      api.DELETE('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path: { projectId, bodyId } } }),
    removeAll: () => ok(api.DELETE('/api/v1/projects/{projectId}/bodies', { params: { path } })),
  }
}

/** The bodies of the first project. */
export const ownBodies = (avow: RunningAvow) => bodiesOf(avow.api(), avow.firstRun.project.id)
