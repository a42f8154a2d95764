import { projectEndpoints } from '@avow/contract'
import { decodeCursor, type Handler, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Identity } from '../identity.ts'
import { findProject, insertProject, listProjectsOf, type ProjectRow, updateProjectName } from './project-store.ts'
import { viewProject } from './project-view.ts'

const list =
  ({ vault }: Identity): Handler<typeof projectEndpoints.list> =>
  async ({ tx, params, query }) => {
    const rows = await listProjectsOf(tx, vault, params.organisationId, {
      limit: query.limit,
      after: decodeCursor(query.cursor),
    })
    const cursorOf = (row: ProjectRow) => ({ atMs: row.createdAt.getTime(), id: row.id })
    return toPage(rows, query.limit, cursorOf, viewProject)
  }

const create =
  ({ clock, vault }: Identity): Handler<typeof projectEndpoints.create> =>
  async ({ tx, params, body }) => {
    const row = {
      id: newId('prj', clock),
      organisationId: params.organisationId,
      name: body.name,
      createdAt: clock.now(),
    }
    if (!(await insertProject(tx, vault, row))) throw new Refusal('already_exists')
    return viewProject(row)
  }

const show =
  ({ vault }: Identity): Handler<typeof projectEndpoints.get> =>
  async ({ tx, params }) => {
    const row = await findProject(tx, vault, params.projectId)
    if (row === undefined) throw new Refusal('not_found')
    return viewProject(row)
  }

const rename =
  ({ vault }: Identity): Handler<typeof projectEndpoints.update> =>
  async ({ tx, params, body }) => {
    const row = await updateProjectName(tx, vault, params.projectId, body.name)
    if (row === 'taken') throw new Refusal('already_exists')
    if (row === undefined) throw new Refusal('not_found')
    return viewProject(row)
  }

export const projectRoutes = (identity: Identity): Route[] => [
  route(projectEndpoints.list, list(identity)),
  route(projectEndpoints.create, create(identity)),
  route(projectEndpoints.get, show(identity)),
  route(projectEndpoints.update, rename(identity)),
]
