import { Anchor, Button } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Refused, Unreachable } from '../app/problem.ts'

const icons = { bad: IconAlertOctagon, good: IconCircleCheck, info: IconInfoCircle }

/** A message in the page, with a shape and a colour by kind. Bad news is announced at once. */
export const Notice = ({
  kind,
  title,
  children,
}: {
  kind: 'bad' | 'good' | 'info'
  title: ReactNode
  children?: ReactNode
}) => {
  const Icon = icons[kind]
  return (
    <div className={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon size={18} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children !== undefined && <div className="notice-body">{children}</div>}
      </div>
    </div>
  )
}

/** Path of the docs page of a problem, on this server. */
const docsPath = (type: string): string | null => {
  try {
    const url = new URL(type, location.origin)
    return url.pathname.startsWith('/docs') ? url.pathname : null
  } catch {
    return null
  }
}

/** A failed call: what happened, what was not lost, what to do. Nothing when there is no error. */
export const ProblemNotice = ({ error, again }: { error: unknown; again?: (() => void) | undefined }) => {
  if (error === null || error === undefined) return null
  const retry = again && (
    <Button size="xs" variant="default" onClick={again} mt="xs">
      Try again
    </Button>
  )
  if (error instanceof Unreachable)
    return (
      <Notice kind="bad" title="The server does not answer">
        What you typed is still here and nothing was changed. The console goes on by itself when the server is back.
        {retry}
      </Notice>
    )
  if (!(error instanceof Refused))
    return (
      <Notice kind="bad" title="The console made a mistake">
        Nothing was changed. Reload the page; if it happens again, report what you did.
        {retry}
      </Notice>
    )
  const { title, detail, type, code, requestId } = error.problem
  const docs = docsPath(type)
  // A detail often begins with the title, which stands above it already.
  const more = detail.startsWith(title) ? detail.slice(title.length).replace(/^[.:]?\s*/, '') : detail
  return (
    <Notice kind="bad" title={title}>
      {more !== '' && <p>{more}</p>}
      <p className="small soft">
        {docs === null ? <code>{code}</code> : <Anchor href={docs}>What {code} means</Anchor>}
        {requestId !== undefined && (
          <>
            {' '}
            · request <code>{requestId}</code>
          </>
        )}
      </p>
      {retry}
    </Notice>
  )
}
