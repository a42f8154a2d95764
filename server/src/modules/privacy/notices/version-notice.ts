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

/** What everyone is told of a new version of the policy. */
export const versionNotice = (to: CompiledPolicy, { kind, changes, period }: VersionChange): NoticeText => {
  const of = (direction: PolicyChange['direction']) => changes.filter((change) => change.direction === direction)
  const when =
    period === null
      ? `It takes effect on ${to.source.effective}, or at once if that day has passed.`
      : `It takes effect ${describePeriod(period)} after everyone was told, and not before ${to.source.effective}. Until then nothing changes.`
  return {
    kind: 'policy-change',
    subject: `${to.title}: version ${to.version}`,
    body: [
      `There is a new version of our policy, ${to.version}. ${when}`,
      ...(kind === 'weaker' ? ['Some of it protects you less than today.'] : []),
      ...part('Protects you less:', of('weaker')),
      ...part('Changes:', of('different')),
      ...part('Protects you more:', of('stronger')),
      'If you do not agree, you can take your data with you and have your account erased before that day. Going on to use the service afterwards accepts this version.',
    ].join('\n\n'),
  }
}
