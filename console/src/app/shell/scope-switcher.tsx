import { IconCheck, IconFolders, IconPlus, IconSelector } from '@tabler/icons-react'
import { useQueries } from '@tanstack/react-query'
import { Menu, type MenuGroup } from '../../ui/menu.tsx'
import { useApi } from '../app-context.tsx'
import { projectsQuery } from '../queries.ts'
import { useMe, useScope } from '../use-scope.ts'

const check = <IconCheck size={16} aria-label="current" />
const gap = <span className="menu-gap" />

/** Where one is, and the way to another project or organisation. */
export const ScopeSwitcher = () => {
  const api = useApi()
  const { organisations } = useMe()
  const { organisation, project } = useScope()
  const projects = useQueries({ queries: organisations.map(({ id }) => projectsQuery(api, id)) })
  if (organisation === null) return null
  const name = project === null ? organisation.name : `${organisation.name} / ${project.name}`
  const switches: MenuGroup[] = organisations.map((each, at) => ({
    label: each.name,
    entries: (projects[at]?.data?.items ?? []).map(({ id, name: text }) => ({
      name: text,
      icon: id === project?.id ? check : gap,
      link: { to: '/projects/$projectId', params: { projectId: id } },
    })),
  }))
  const acts: MenuGroup = {
    entries: [
      {
        name: 'All projects',
        icon: <IconFolders size={16} aria-hidden />,
        link: { to: '/organisations/$organisationId/projects', params: { organisationId: organisation.id } },
      },
      { name: 'New organisation', icon: <IconPlus size={16} aria-hidden />, link: { to: '/welcome' } },
    ],
  }
  return (
    <Menu
      label={`Project: ${name}. Switch.`}
      align="start"
      faceClass="scope-button"
      face={
        <>
          <span className="scope-name">
            <span className="only-wide-inline soft">{organisation.name} / </span>
            {project?.name ?? '–'}
          </span>
          <IconSelector size={15} aria-hidden />
        </>
      }
      groups={[...switches, acts]}
    />
  )
}
