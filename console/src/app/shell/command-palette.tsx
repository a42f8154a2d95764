import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/Paper.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/core/styles/Mark.css'
import '@mantine/spotlight/styles.css'
import { useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight'
import { IconKey, IconLogout, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMe, useScope } from '../use-scope.ts'
import { placesOf } from './places.ts'
import { useSignOut } from './use-sign-out.ts'

const useActs = (): SpotlightActionGroupData => {
  const { project } = useScope()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const dark = colorScheme === 'dark'
  const createKey = () =>
    project &&
    navigate({ to: '/projects/$projectId/keys', params: { projectId: project.id }, search: { create: true } })
  return {
    group: 'Acts',
    actions: [
      ...(project === null
        ? []
        : [
            {
              id: 'create-key',
              label: 'Create an API key',
              leftSection: <IconKey size={18} aria-hidden />,
              onClick: createKey,
            },
          ]),
      {
        id: 'appearance',
        label: dark ? 'Light appearance' : 'Dark appearance',
        keywords: 'theme dark light colour',
        leftSection: dark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />,
        onClick: () => setColorScheme(dark ? 'light' : 'dark'),
      },
      {
        id: 'sign-out',
        label: 'Sign out',
        leftSection: <IconLogout size={18} aria-hidden />,
        onClick: () => signOut.mutate(undefined),
      },
    ],
  }
}

/** Reaches every page and act by typing. Opens each time that `asked` grows. */
export const CommandPalette = ({ asked }: { asked: number }) => {
  const me = useMe()
  const { organisation, project } = useScope()
  const navigate = useNavigate()
  const acts = useActs()
  useEffect(() => {
    if (asked > 0) spotlight.open()
  }, [asked])
  const places = placesOf({ me, organisationId: organisation?.id ?? null, projectId: project?.id ?? null })
  const pages = places.map((group) => ({
    group: group.name,
    actions: group.places.map(({ name, icon: Icon, link, also }) => ({
      id: `${group.name} ${name}`,
      label: name,
      keywords: `${group.name} ${also ?? ''}`,
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => navigate(link),
    })),
  }))
  const account = {
    id: 'account',
    label: 'Account',
    keywords: 'password two-step sessions appearance',
    onClick: () => navigate({ to: '/account' }),
  }
  return (
    <Spotlight
      shortcut={null}
      actions={[...pages, { group: 'You', actions: [account] }, acts]}
      nothingFound="Nothing is called that."
      highlightQuery
      scrollable
      maxHeight="min(26rem, 70dvh)"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: 'Go to a page, or do something',
        'aria-label': 'Go to a page, or do something',
      }}
    />
  )
}
