import type { MyRequest } from '../../app/views.ts'
import { When } from '../../ui/when.tsx'

/** The clock of a request: by when the policy promises it, and whether that is past. */
export const Due = ({ request }: { request: Pick<MyRequest, 'dueAt' | 'overdue' | 'state' | 'finishedAt'> }) => {
  if (request.finishedAt !== null)
    return (
      <span className="soft">
        {request.state === 'cancelled' ? 'cancelled' : 'done'} <When at={request.finishedAt} />
      </span>
    )
  return (
    <span className={request.overdue ? 'overdue' : undefined}>
      {request.overdue && 'late: '}
      <When at={request.dueAt} />
    </span>
  )
}
