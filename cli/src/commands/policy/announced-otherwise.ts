import type { Session } from '../../session.ts'

const answerMsMax = 2000

/** A policy file as the linter names it. */
interface Linted {
  readonly id: string
  readonly version: string
  readonly hash: string
}

/**
 * Whether a reachable server has announced another text under the version of this one. False where none answers: the
 * linter works without.
 */
export const isAnnouncedOtherwise = async (session: Session, linted: Linted): Promise<boolean> => {
  try {
    const signal = AbortSignal.timeout(answerMsMax)
    const { data } = await session.api().GET('/api/v1/policy/versions', { signal })
    const same = data?.items.filter(
      ({ policy, version, state }) =>
        policy === linted.id && version === linted.version && (state === 'in-force' || state === 'waiting'),
    )
    return same?.some(({ hash }) => hash !== linted.hash) ?? false
  } catch {
    return false
  }
}
