import {
  type CompiledPolicy,
  changeSentence,
  describePeriod,
  type PolicyChange,
  type VersionChange,
} from '@avow/policy'
import type { NoticeText } from './publish-notice.ts'

const part = (title: string, changes: readonly PolicyChange[]): string[] =>
  changes.length === 0 ? [] : [[title, ...changes.map((change) => `- ${changeSentence(change)}`)].join('\n')]

/** Why a version waits for nothing. `next start`: nobody was there to tell when it was published. */
export type AtOnce = 'nobody to tell' | 'next start' | 'forced'

const atOnceWords: Record<Exclude<AtOnce, 'next start'>, string> = {
  'nobody to tell': 'It is in force now: only the staff of this cloud had an account, and nobody else was to be told.',
  forced:
    'It is in force now, without the time that was promised: the software here cannot keep the version before it.',
}

const whenOf = (to: CompiledPolicy, period: VersionChange['period'], atOnce: AtOnce | null): string => {
  if (atOnce !== null && atOnce !== 'next start') return atOnceWords[atOnce]
  const usual =
    period === null
      ? `It takes effect on ${to.source.effective}, or at once if that day has passed.`
      : `It takes effect ${describePeriod(period)} after everyone was told, and not before ${to.source.effective}. Until then nothing changes.`
  return atOnce === null
    ? usual
    : `It takes effect when the server starts next, if only the staff of this cloud are here then. Otherwise: ${usual}`
}

/** A subject is all that many read, and it is the banner of the console: it says if they lose something, and from when. */
const subjectOf = (
  to: CompiledPolicy,
  kind: VersionChange['kind'],
  period: VersionChange['period'],
  atOnce: AtOnce | null,
): string => {
  const name = `${to.title}: version ${to.version}`
  const what = kind === 'weaker' ? `${name} protects you less` : name
  if (atOnce === 'nobody to tell' || atOnce === 'forced') return `${what}, in force now`
  return atOnce === null && period !== null ? `${what}, ${describePeriod(period)} after everyone was told` : what
}

/** What everyone is told of a new version of the policy. @param atOnce null: it waits as it was promised */
export const versionNotice = (
  to: CompiledPolicy,
  { kind, changes, period }: VersionChange,
  atOnce: AtOnce | null,
): NoticeText => {
  const of = (direction: PolicyChange['direction']) => changes.filter((change) => change.direction === direction)
  const [before, afterwards] =
    (atOnce === null || atOnce === 'next start') && period !== null ? [' before that day', ' afterwards'] : ['', '']
  return {
    kind: 'policy-change',
    subject: subjectOf(to, kind, period, atOnce),
    body: [
      `There is a new version of our policy, ${to.version}. ${whenOf(to, period, atOnce)}`,
      ...(kind === 'weaker' ? ['Some of it protects you less than the version before.'] : []),
      ...part('Protects you less:', of('weaker')),
      ...part('Changes:', of('different')),
      ...part('Protects you more:', of('stronger')),
      `If you do not agree, you can take your data with you and have your account erased${before}. Going on to use the service${afterwards} accepts this version.`,
    ].join('\n\n'),
  }
}
