import { IconLogout, IconMenu2, IconSearch, IconUserCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Menu } from '../../ui/menu.tsx'
import { useMe } from '../use-scope.ts'
import { ScopeSwitcher } from './scope-switcher.tsx'
import { useSignOut } from './use-sign-out.ts'

const AccountMenu = () => {
  const me = useMe()
  const signOut = useSignOut()
  return (
    <Menu
      label="Account"
      face={<IconUserCircle size={22} aria-hidden />}
      groups={[
        {
          label: me.name,
          note: me.email,
          entries: [
            { name: 'Account', link: { to: '/account' }, icon: <IconUserCircle size={16} aria-hidden /> },
            { name: 'Sign out', onSelect: () => signOut.mutate(undefined), icon: <IconLogout size={16} aria-hidden /> },
          ],
        },
      ]}
    />
  )
}

/** The bar on top: menu (phone), where one is, search, account. */
export const TopBar = ({ onMenu, onSearch }: { onMenu: () => void; onSearch: () => void }) => (
  <header className="top-bar">
    <button type="button" className="icon-button only-phone" aria-label="Open the menu" onClick={onMenu}>
      <IconMenu2 size={20} aria-hidden />
    </button>
    <Link to="/" className="brand" aria-label="Avow, overview">
      <img src="/avow.svg" alt="" width="24" height="24" />
      <span>Avow</span>
    </Link>
    <ScopeSwitcher />
    <div className="top-space" />
    <button type="button" className="search-button only-wide" onClick={onSearch}>
      <IconSearch size={15} aria-hidden />
      Go to…
      <kbd className="key-hint">Ctrl K</kbd>
    </button>
    <button type="button" className="icon-button only-phone" aria-label="Go to…" onClick={onSearch}>
      <IconSearch size={20} aria-hidden />
    </button>
    <AccountMenu />
  </header>
)
