import { useSyncExternalStore } from 'react'
import { relativeTime, utcTime } from './format.ts'

const everyHalfMinute = (listener: () => void) => {
  const timer = setInterval(listener, 30_000)
  return () => clearInterval(timer)
}
const currentHalfMinute = () => Math.floor(Date.now() / 30_000)

/**
 * A time as people say it, with the exact UTC on hover; `exact` shows that one, for what is too late a minute after. `none`
 * is said when there is no time.
 */
export const When = ({ at, none = 'never', exact }: { at: string | null; none?: string; exact?: boolean }) => {
  useSyncExternalStore(everyHalfMinute, currentHalfMinute)
  if (at === null) return <span className="soft">{none}</span>
  const date = new Date(at)
  return (
    <time dateTime={at} title={utcTime(date)}>
      {exact ? `${utcTime(date).slice(0, 16)} UTC` : relativeTime(date, new Date())}
    </time>
  )
}
