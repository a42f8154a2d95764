import type { AvowClient } from '@avow/sdk'
import { openaiClient } from './inference.ts'
import { ownPolicy } from './own-policy.ts'
import { createPerson, ok } from './people.ts'
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

/** Somebody with a project of their own and a key of it. */
export const newCustomer = async (avow: RunningAvow) => {
  const person = await createPerson(avow, 'keeper')
  const { items } = await ok(person.api.GET('/api/v1/organisations'))
  const organisationId = items[0]?.id ?? ''
  const params = { path: { organisationId } }
  const projects = await ok(person.api.GET('/api/v1/organisations/{organisationId}/projects', { params }))
  const projectId = projects.items[0]?.id ?? ''
  const key = await ok(
    person.api.POST('/api/v1/projects/{projectId}/keys', { params: { path: { projectId } }, body: { name: 'keeper' } }),
  )
  const openai = openaiClient(avow, key.secret ?? '')
  return { person, organisationId, projectId, openai, bodies: bodiesOf(person.api, projectId) }
}

export type Customer = Awaited<ReturnType<typeof newCustomer>>
