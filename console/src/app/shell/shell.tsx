import './shell.css'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { NoticeBanner } from './notice-banner.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { usePublicPages } from './public-pages.ts'
import { SideNavigation } from './side-navigation.tsx'
import { TopBar } from './top-bar.tsx'

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))

/** What anyone may read, with or without an account. */
const PublicPages = () => (
  <footer className="foot small">
    {usePublicPages().map(({ name, href }) => (
      <a key={href} href={href}>
        {name}
      </a>
    ))}
  </footer>
)

/** The frame around every page of a person who is signed in. */
export const Shell = () => {
  const [menuOpen, menu] = useDisclosure()
  const [searching, setSearching] = useState(false)
  const search = () => setSearching(true)
  useHotkeys([['mod+K', search]], [])
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const lastPath = useRef(pathname)
  const pushed = useRef(false)
  const { history } = useRouter()
  useEffect(
    () =>
      history.subscribe(({ action }) => {
        pushed.current = action.type === 'PUSH'
      }),
    [history],
  )
  useEffect(() => {
    if (lastPath.current === pathname) return
    lastPath.current = pathname
    // Going back keeps the place where one was; the browser sees to that.
    if (pushed.current) window.scrollTo(0, 0)
    menu.close()
    // A screen reader goes on from the new page, not from the link that was followed.
    main.current?.focus({ preventScroll: true })
  }, [pathname, menu])
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar onMenu={menu.open} onSearch={search} />
      <OfflineBanner />
      <NoticeBanner />
      <div className="frame">
        <nav className="side" aria-label="Main">
          <SideNavigation />
        </nav>
        <div className="column">
          <main id="main" className="main" ref={main} tabIndex={-1}>
            <Outlet />
          </main>
          <PublicPages />
        </div>
      </div>
      {menuOpen && (
        <Dialog title="Menu" shape="side" onClose={menu.close}>
          <nav aria-label="Main">
            <SideNavigation />
          </nav>
        </Dialog>
      )}
      {searching && (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </>
  )
}
