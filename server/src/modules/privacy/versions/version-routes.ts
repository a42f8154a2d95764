import { contract, type policyVersionView } from '@avow/contract'
import {
  type CompiledPolicy,
  compareVersions,
  compilePolicy,
  formatProblem,
  lintPolicy,
  pageMarkdown,
  parsePolicy,
  policyPage,
} from '@avow/policy'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { type PolicyText, readKept } from './policy-text.ts'
import { announceVersion, withdrawVersion } from './publish-version.ts'
import type { SettledPolicy } from './settle-policy.ts'
import { takesEffectAt } from './version-due.ts'
import {
  findVersion,
  findVersionById,
  listVersions,
  lockVersions,
  type ToldVersion,
  wasPromised,
} from './version-store.ts'

export interface Versions {
  readonly clock: Clock
  readonly settled: SettledPolicy
  /** Whether anything is held of anybody but the operator's staff. */
  readonly hasPeople: (tx: Tx) => Promise<boolean>
  /** Why this software cannot keep a policy; empty when it can. */
  readonly misfits: (policy: CompiledPolicy) => readonly string[]
}

const view = (version: ToldVersion): z.input<typeof policyVersionView> => {
  const { row, notice } = version
  const at = row.state === 'waiting' ? takesEffectAt(version) : null
  return {
    id: row.id,
    policy: row.policyName,
    version: row.version,
    hash: row.hash,
    state: row.state,
    change: row.change,
    changes: [...row.changes],
    via: row.via,
    publishedAt: row.publishedAt.toISOString(),
    period: row.period,
    takesEffectAt: at?.toISOString() ?? null,
    inForceAt: row.inForceAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    early: row.early,
    notice:
      row.noticeId === null || notice === null
        ? null
        : { id: row.noticeId, told: notice.told, finishedAt: notice.finishedAt?.toISOString() ?? null },
  }
}

const refuse = (lines: readonly string[]): Refusal => new Refusal('policy_invalid', lines.join('\n'))

/** @throws Refusal policy_invalid with every problem, by line and column */
const readPublished = (text: string, misfits: Versions['misfits']): PolicyText => {
  const parsed = parsePolicy(text, 'policy')
  if (!parsed.ok) throw refuse(parsed.problems.map((problem) => formatProblem('policy', problem)))
  const mistakes = lintPolicy(parsed.policy, parsed.locate).filter(({ severity }) => severity === 'error')
  if (mistakes.length > 0) throw refuse(mistakes.map((mistake) => formatProblem('policy', mistake)))
  const policy = compilePolicy(parsed.policy)
  const reasons = misfits(policy)
  if (reasons.length > 0) throw refuse(reasons)
  return { text, policy }
}

/** @throws Refusal conflict when the version says nothing new, or is not after those that were announced */
const requireNew = (policy: CompiledPolicy, others: readonly ToldVersion[]): void => {
  for (const { row } of others) {
    if (row.policyName !== policy.id) continue
    const named = row.state === 'waiting' ? 'announced already' : 'in force'
    if (row.hash === policy.hash) throw new Refusal('conflict', `This policy is ${named}. Nothing was changed.`)
    if (compareVersions(policy.version, row.version) <= 0)
      throw new Refusal(
        'conflict',
        `Version ${row.version} is ${named}. Give this one a higher \`version\`. Nothing was changed.`,
      )
  }
}

export const versionRoutes = ({ clock, settled, hasPeople, misfits }: Versions): Route[] => [
  route(contract.notices.versions, async ({ tx }) => ({
    file: settled.file,
    says: [...settled.says],
    items: (await listVersions(tx)).map(view),
  })),
  route(contract.notices.version, async ({ tx, params }) => {
    const version = await findVersionById(tx, params.versionId)
    if (version === null) throw new Refusal('not_found')
    const kept = readKept(version.row.source)
    // A later software may not lay out what an earlier one wrote: then the file itself is the page.
    const page = kept === null ? version.row.source : pageMarkdown(policyPage(kept, null))
    return { ...view(version), page }
  }),
  route(contract.notices.publish, async ({ tx, caller, body }) => {
    const published = readPublished(body.text, misfits)
    await lockVersions(tx)
    const [inForce, waiting] = [await findVersion(tx, 'in-force'), await findVersion(tx, 'waiting')]
    requireNew(
      published.policy,
      [inForce, waiting].filter((one) => one !== null),
    )
    const atOnce = wasPromised(waiting) || (await hasPeople(tx)) ? null : 'next start'
    if (waiting !== null) await withdrawVersion(tx, clock, waiting)
    const by = { via: 'command', personId: caller.personId } as const
    const { version } = await announceVersion(tx, clock, settled.policy, published, by, atOnce)
    return view(version)
  }),
]
