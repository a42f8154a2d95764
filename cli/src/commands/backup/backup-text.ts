import type { Backup } from '../../api-types.ts'
import { shownTime } from '../../time.ts'

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

export const size = (bytes: number | null): string => {
  if (bytes === null) return '-'
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

export const progress = ({ state, tables }: Backup): string =>
  state === 'running' && tables.total > 0 ? `running, ${tables.done} of ${tables.total} tables` : state

export const backupText = (backup: Backup): string => `Backup:  ${backup.id}
State:   ${progress(backup)}${backup.reason === null ? '' : ` (${backup.reason})`}
Asked:   ${shownTime(backup.askedAt)}
Made:    ${backup.finishedAt === null ? '-' : shownTime(backup.finishedAt)}
Expires: ${backup.expiresAt === null ? '-' : shownTime(backup.expiresAt)}
File:    ${backup.file ?? '-'}
Size:    ${size(backup.bytes)}, ${backup.rows.toLocaleString('en')} rows
`
