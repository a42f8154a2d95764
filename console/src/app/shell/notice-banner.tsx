import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useApi } from '../app-context.tsx'
import { myNoticesQuery } from '../queries.ts'

/** The newest notice that the person has not read, on every page but the one that shows it. */
export const NoticeBanner = () => {
  const { data } = useInfiniteQuery(myNoticesQuery(useApi()))
  const { pathname } = useLocation()
  const unread = data?.pages.flatMap(({ items }) => items).filter(({ dismissedAt }) => dismissedAt === null) ?? []
  const [newest] = unread
  if (newest === undefined || pathname === '/your-data/notices') return null
  return (
    <section className="notice-strip" aria-label="Notice">
      <span className="notice-strip-text">{newest.subject}</span>
      <Link to="/your-data/notices">{unread.length === 1 ? 'Read it' : `Read all ${unread.length}`}</Link>
    </section>
  )
}
