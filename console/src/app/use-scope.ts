import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { useApi, useApp } from './app-context.tsx'
import { meQuery, projectsQuery } from './queries.ts'
import type { Me, Organisation, OrganisationRole, Project } from './views.ts'

/** The person who is signed in. */
export const useMe = (): Me => useSuspenseQuery(meQuery(useApi())).data

export interface CurrentScope {
  organisation: Organisation | null
  project: Project | null
  /** Projects of the organisation; empty while they are being loaded. */
  projects: readonly Project[]
}

/** The organisation and project that the shell stands in: those of the page that was opened last. */
export const useScope = (): CurrentScope => {
  const { api, lastScope } = useApp()
  const me = useMe()
  const last = useSyncExternalStore(lastScope.subscribe, lastScope.get)
  const organisation = me.organisations.find(({ id }) => id === last.organisationId) ?? me.organisations[0] ?? null
  const { data } = useQuery({ ...projectsQuery(api, organisation?.id ?? ''), enabled: organisation !== null })
  const projects = data?.items ?? []
  return { organisation, project: projects.find(({ id }) => id === last.projectId) ?? projects[0] ?? null, projects }
}

/** True when the person has one of `roles` in the organisation of the current page. */
export const useRole = (...roles: OrganisationRole[]): boolean => {
  const { organisation } = useScope()
  return organisation !== null && roles.includes(organisation.role)
}
