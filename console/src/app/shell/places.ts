import {
  IconBox,
  IconBuilding,
  IconChartBar,
  IconDatabase,
  IconFolders,
  IconHourglass,
  IconKey,
  IconLayoutDashboard,
  IconMail,
  IconMessages,
  IconServerCog,
  IconShieldCheck,
  IconUserCog,
  IconUsers,
} from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import type { Me } from '../views.ts'

export interface Place {
  name: string
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>
  link: Pick<LinkProps, 'to' | 'params'>
  /** Other words under which the command palette finds it. */
  also?: string
}

export interface PlaceGroup {
  name: string
  places: readonly Place[]
}

interface At {
  me: Me
  organisationId: string | null
  projectId: string | null
}

const build = (projectId: string): readonly Place[] => [
  {
    name: 'Overview',
    icon: IconLayoutDashboard,
    link: { to: '/projects/$projectId', params: { projectId } },
    also: 'home start',
  },
  { name: 'Models', icon: IconBox, link: { to: '/models' }, also: 'catalogue prices' },
  {
    name: 'Playground',
    icon: IconMessages,
    link: { to: '/projects/$projectId/playground', params: { projectId } },
    also: 'chat try',
  },
  {
    name: 'API keys',
    icon: IconKey,
    link: { to: '/projects/$projectId/keys', params: { projectId } },
    also: 'secrets tokens',
  },
  {
    name: 'Usage',
    icon: IconChartBar,
    link: { to: '/projects/$projectId/usage', params: { projectId } },
    also: 'cost tokens requests',
  },
]

const organisation = (organisationId: string): readonly Place[] => [
  {
    name: 'Members',
    icon: IconUsers,
    link: { to: '/organisations/$organisationId/members', params: { organisationId } },
    also: 'invitations roles people',
  },
  {
    name: 'Projects',
    icon: IconFolders,
    link: { to: '/organisations/$organisationId/projects', params: { organisationId } },
  },
  {
    name: 'Settings',
    icon: IconBuilding,
    link: { to: '/organisations/$organisationId/settings', params: { organisationId } },
    also: 'organisation name country',
  },
]

const privacy: readonly Place[] = [
  {
    name: 'Policy report',
    icon: IconShieldCheck,
    link: { to: '/privacy/report' },
    also: 'clauses kept broken promises',
  },
  { name: 'Data map', icon: IconDatabase, link: { to: '/privacy/data-map' }, also: 'columns tables categories' },
  { name: 'Retention', icon: IconHourglass, link: { to: '/privacy/retention' }, also: 'periods deletion' },
]

const operate = (role: Me['staffRole']): readonly Place[] => [
  ...(role === 'operator'
    ? [
        {
          name: 'Model catalogue',
          icon: IconServerCog,
          link: { to: '/operate/models' },
          also: 'upstream download price',
        } as const,
      ]
    : []),
  ...(role === 'operator' || role === 'support'
    ? [{ name: 'Outbox', icon: IconMail, link: { to: '/operate/outbox' }, also: 'mail' } as const]
    : []),
  { name: 'Staff', icon: IconUserCog, link: { to: '/operate/staff' }, also: 'operators' },
]

/** Every place that this person may go to, grouped by their work. */
export const placesOf = ({ me, organisationId, projectId }: At): readonly PlaceGroup[] => [
  ...(projectId === null ? [] : [{ name: 'Build', places: build(projectId) }]),
  ...(organisationId === null ? [] : [{ name: 'Organisation', places: organisation(organisationId) }]),
  { name: 'Privacy', places: privacy },
  ...(me.staffRole === null ? [] : [{ name: 'Operate', places: operate(me.staffRole) }]),
]
