import { z } from 'zod'
import { endpoint, instant, memberOf, pageOf, pageQuery } from './endpoint.ts'
import { name, organisationParams, projectParams } from './identity-fields.ts'

export const projectView = z.object({ id: z.string(), organisationId: z.string(), name, createdAt: instant })

export const projectEndpoints = {
  list: endpoint({
    id: 'projects.list',
    readsFor: ['account'],
    method: 'GET',
    path: '/organisations/{organisationId}/projects',
    tag: 'Projects',
    summary: 'List projects',
    access: memberOf('organisation'),
    params: organisationParams,
    query: pageQuery,
    status: 200,
    response: pageOf(projectView),
    errors: ['not_signed_in', 'not_found'],
  }),
  create: endpoint({
    id: 'projects.create',
    readsFor: ['account'],
    method: 'POST',
    path: '/organisations/{organisationId}/projects',
    tag: 'Projects',
    summary: 'Create a project',
    access: memberOf('organisation', 'owner', 'admin'),
    params: organisationParams,
    body: z.object({ name }),
    status: 201,
    response: projectView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'already_exists'],
  }),
  get: endpoint({
    id: 'projects.get',
    readsFor: ['account'],
    method: 'GET',
    path: '/projects/{projectId}',
    tag: 'Projects',
    summary: 'Show a project',
    access: memberOf('project'),
    params: projectParams,
    status: 200,
    response: projectView,
    errors: ['not_signed_in', 'not_found'],
  }),
  update: endpoint({
    id: 'projects.update',
    readsFor: ['account'],
    method: 'PATCH',
    path: '/projects/{projectId}',
    tag: 'Projects',
    summary: 'Rename a project',
    access: memberOf('project', 'owner', 'admin'),
    params: projectParams,
    body: z.object({ name }),
    status: 200,
    response: projectView,
    errors: ['not_signed_in', 'not_found', 'forbidden', 'already_exists'],
  }),
} as const
