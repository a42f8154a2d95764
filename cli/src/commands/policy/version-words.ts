import { shownTime } from '../../time.ts'

interface Version {
  readonly state: 'waiting' | 'in-force' | 'ended' | 'withdrawn'
  readonly change: string
  readonly changes: readonly { readonly direction: string }[]
  readonly period: string | null
  readonly takesEffectAt: string | null
  readonly inForceAt: string | null
  readonly endedAt: string | null
  readonly early: string | null
}

/** What changed against the version before, in numbers. */
export const changeWords = ({ change, changes }: Version): string => {
  const weaker = changes.filter(({ direction }) => direction === 'weaker').length
  const stronger = changes.filter(({ direction }) => direction === 'stronger').length
  return changes.length === 0
    ? change
    : `${change}: ${weaker} weaker, ${stronger} stronger of ${changes.length} changes`
}

/** Where a version stands, and why. */
export const versionWords = (version: Version): string => {
  const { state, period, takesEffectAt, inForceAt, endedAt, early } = version
  if (state === 'withdrawn') return `withdrawn ${shownTime(endedAt)}`
  if (state === 'ended') return `in force from ${shownTime(inForceAt)} to ${shownTime(endedAt)}`
  if (state === 'in-force')
    return `in force since ${shownTime(inForceAt)}${early === null ? '' : `, without its notice period: ${early}`}`
  if (takesEffectAt === null) return `waits ${period ?? ''} from when everyone was told, which is under way`
  return `takes effect at the first start after ${shownTime(takesEffectAt)}`
}
