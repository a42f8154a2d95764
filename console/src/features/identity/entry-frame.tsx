import '../../app/shell/shell.css'
import './entry.css'
import { Outlet } from '@tanstack/react-router'
import { OfflineBanner } from '../../app/shell/offline-banner.tsx'
import { useTakesMessages } from '../../app/shell/public-pages.ts'

/** The frame of the pages before sign-in. */
export const EntryFrame = () => {
  const takesMessages = useTakesMessages()
  return (
    <>
      <OfflineBanner />
      <div className="entry">
        <header className="brand">
          <img src="/avow.svg" alt="" width="28" height="28" />
          <span>Avow</span>
        </header>
        <main className="entry-box">
          <Outlet />
        </main>
        <footer className="entry-foot">
          <a href="/policy">Privacy policy of this cloud</a> · <a href="/trust">State of its promises</a> ·{' '}
          {takesMessages && (
            <>
              <a href="/contact">Write to us</a> ·{' '}
            </>
          )}
          <a href="/docs/">Documentation</a>
        </footer>
      </div>
    </>
  )
}
