import { useMantineColorScheme } from '@mantine/core'
import {
  IconExternalLink,
  IconGavel,
  IconKey,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe, useRole, useScope } from '../use-scope.ts'
import type { Choice } from './palette-choices.ts'
import { placesOf } from './places.ts'
import { usePublicPages } from './public-pages.ts'
import { useSignOut } from './use-sign-out.ts'

export interface PaletteChoice extends Choice {
  icon: ReactNode
  choose: () => unknown
}

const useActs = (): PaletteChoice[] => {
  const { project } = useScope()
  const { staffRole } = useMe()
  const mayCreateKey = useRole('owner', 'admin', 'member')
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const dark = colorScheme === 'dark'
  const act = (id: string, name: string, also: string, icon: ReactNode, choose: () => unknown) => ({
    id,
    group: 'Acts',
    name,
    also,
    icon,
    choose,
  })
  const createKey = () =>
    project &&
    navigate({ to: '/projects/$projectId/keys', params: { projectId: project.id }, search: { create: true } })
  const placeHold = () => navigate({ to: '/privacy/holds', search: { create: true } })
  return [
    ...(project !== null && mayCreateKey
      ? [act('create-key', 'Create an API key', 'new secret token', <IconKey size={18} aria-hidden />, createKey)]
      : []),
    ...(staffRole === 'privacy-officer' || staffRole === 'operator'
      ? [act('place-hold', 'Place a legal hold', 'keep dispute court', <IconGavel size={18} aria-hidden />, placeHold)]
      : []),
    act(
      'appearance',
      dark ? 'Light appearance' : 'Dark appearance',
      'theme colour mode',
      dark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />,
      () => setColorScheme(dark ? 'light' : 'dark'),
    ),
    act('sign-out', 'Sign out', 'log out leave', <IconLogout size={18} aria-hidden />, () => signOut.mutate(undefined)),
  ]
}

/** Every page and act that this person can reach. */
export const useChoices = (): PaletteChoice[] => {
  const me = useMe()
  const { organisation, project } = useScope()
  const navigate = useNavigate()
  const acts = useActs()
  const places = placesOf({ me, organisationId: organisation?.id ?? null, projectId: project?.id ?? null })
  const pages = places.flatMap((group) =>
    group.places.map(({ name, icon: Icon, link, also = '' }) => ({
      id: `${group.name}-${name}`.toLowerCase().replaceAll(' ', '-'),
      group: group.name,
      name,
      also,
      icon: <Icon size={18} aria-hidden />,
      choose: () => navigate(link),
    })),
  )
  const account: PaletteChoice = {
    id: 'you-account',
    group: 'You',
    name: 'Account',
    also: 'profile password two-step sessions appearance',
    icon: <IconUserCircle size={18} aria-hidden />,
    choose: () => navigate({ to: '/account' }),
  }
  const open: PaletteChoice[] = usePublicPages().map(({ name, href, also }) => ({
    id: `public${href.replaceAll('/', '-')}`,
    group: 'Public pages',
    name,
    also,
    icon: <IconExternalLink size={18} aria-hidden />,
    choose: () => location.assign(href),
  }))
  return [...pages, account, ...open, ...acts]
}
