import { addDuration, parseDuration } from '@avow/policy'
import type { ToldVersion } from './version-store.ts'

/**
 * When a version that waits may take effect: not before its own day, and its period after everyone was told. Null: not
 * known yet, because not everyone was told.
 */
export const takesEffectAt = ({ row, notice }: ToldVersion): Date | null => {
  if (row.period === null) return row.notBefore
  const period = parseDuration(row.period)
  if (period === null || notice?.finishedAt == null) return null
  const told = new Date(addDuration(notice.finishedAt, period).getTime() + row.skippedMs)
  return told > row.notBefore ? told : row.notBefore
}

export const isDue = (version: ToldVersion, now: Date): boolean => {
  const at = takesEffectAt(version)
  return at !== null && at <= now
}
