import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { periodWords, shownTime } from '../../time.ts'

export interface Setting {
  readonly name: string
  readonly value: string
  readonly policy: string
  readonly compared: 'same' | 'stricter' | 'different'
}

/** One line a setting: what holds, and what the policy says. */
export const settingsText = (settings: readonly Setting[], paint: Session['paint']): string =>
  settings
    .map(({ name, value, policy, compared }) => {
      const mark = compared === 'different' ? paint.yellow('by agreement') : compared
      return `  ${harmless(name)}  ${harmless(periodWords(value))}  (${mark}; the policy: ${harmless(periodWords(policy))})\n`
    })
    .join('')

interface Shown {
  readonly plan: string
  readonly agreement: string
  readonly appliedAt: string
  readonly settings: readonly Setting[]
}

/** A plan in force: its name, its agreement, since when, and what it sets. */
export const planText = ({ plan, agreement, appliedAt, settings }: Shown, paint: Session['paint']): string =>
  `${harmless(plan)}, by ${harmless(agreement)}, since ${shownTime(appliedAt)}\n${settingsText(settings, paint)}`
