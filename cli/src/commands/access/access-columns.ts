import type { Answered } from '../../api-types.ts'
import type { Session } from '../../session.ts'
import type { Column } from '../../table.ts'
import { relativeTime } from '../../time.ts'

type Access = Answered<'/api/v1/me/access', 'get', 200>['items'][number]

/** What is said of an access of staff, to them and to the person. */
export const accessColumns = (session: Session): Column<Access>[] => {
  const now = session.world.now()
  return [
    { title: 'SINCE', value: (row) => relativeTime(row.grantedAt, now) },
    { title: 'UNTIL', value: (row) => relativeTime(row.endedAt ?? row.expiresAt, now) },
    { title: 'BY', value: (row) => (row.emergency ? `${row.staffRole}, emergency` : row.staffRole) },
    { title: 'WHAT', value: (row) => row.scope },
    { title: 'LOOKS', value: (row) => String(row.reads.reduce((sum, read) => sum + read.times, 0)), right: true },
    { title: 'REASON', value: (row) => row.reason ?? '-', mayShrink: true },
    { title: 'FROM', value: (row) => row.country ?? '-' },
    { title: 'TICKET', value: (row) => row.ticket ?? '-', leftOutAs: 1 },
  ]
}
