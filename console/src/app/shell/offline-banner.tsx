import { useSyncExternalStore } from 'react'
import { useApp } from '../app-context.tsx'

/** Says that the server does not answer, for as long as that is so. */
export const OfflineBanner = () => {
  const { reach } = useApp()
  const down = useSyncExternalStore(reach.subscribe, reach.isDown)
  return (
    <div role="status">
      {down && (
        <div className="offline">
          The server does not answer. What you see may be old; the page goes on by itself when the server is back.
        </div>
      )}
    </div>
  )
}
