import { type ReactNode, useEffect } from 'react'

/** Head and body of a page; also the title of the browser's tab. */
export const Page = ({
  title,
  about,
  actions,
  children,
}: {
  title: string
  about?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) => {
  useEffect(() => {
    document.title = `${title} · Avow`
  }, [title])
  return (
    <article className="page">
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {about !== undefined && <p className="soft page-about">{about}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </article>
  )
}

/** A part of a page with its own heading. */
export const Section = ({
  title,
  about,
  actions,
  children,
}: {
  title: string
  about?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) => (
  <section className="section" aria-label={title}>
    <div className="section-head">
      <div>
        <h2>{title}</h2>
        {about !== undefined && <p className="soft small">{about}</p>}
      </div>
      {actions}
    </div>
    {children}
  </section>
)

/** An empty list: says so, and offers the one thing to do next. */
export const Empty = ({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children !== undefined && <p className="soft">{children}</p>}
    {action}
  </div>
)

/** A figure with its name. */
export const Figure = ({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) => (
  <div className="figure">
    <dt className="soft small">{name}</dt>
    <dd>
      <span className="figure-value num">{value}</span>
      {note !== undefined && <span className="soft small">{note}</span>}
    </dd>
  </div>
)

/** Lines in the shape of a page that is still loading. */
export const PageLoading = () => (
  <div className="page" role="status" aria-label="Loading">
    <div className="ghost ghost-title" />
    <div className="ghost" />
    <div className="ghost ghost-block" />
  </div>
)
