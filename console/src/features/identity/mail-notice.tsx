import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { metaQuery } from '../../app/queries.ts'
import { Notice } from '../../ui/notice.tsx'

/** That mail was written: on its way, or, where there is no mail server, waiting for the operator to hand it on. */
export const MailNotice = ({ title, held, children }: { title: string; held: string; children: ReactNode }) => {
  const { data: meta } = useQuery(metaQuery(useApi()))
  if (meta === undefined) return null
  if (meta.mail === 'smtp')
    return (
      <Notice kind="good" title={title}>
        {children}
      </Notice>
    )
  return (
    <Notice kind="info" title={held}>
      This cloud has no mail server yet, so nothing was sent. The operator finds the link in the console under Operate,
      Outbox, or with <code>avow outbox list</code>.
    </Notice>
  )
}
