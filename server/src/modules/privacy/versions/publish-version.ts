import { type CompiledPolicy, type VersionChange, versionChange } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { newId } from '../../../platform/ids.ts'
import { endNotice, publishNotice } from '../notices/publish-notice.ts'
import { type AtOnce, versionNotice } from '../notices/version-notice.ts'
import type { PolicyText } from './policy-text.ts'
import { insertVersion, type ToldVersion, updateVersion, type VersionRow } from './version-store.ts'

/** The beginning, in UTC, of the day that a policy names as its first. */
const firstDay = (policy: CompiledPolicy): Date => new Date(`${policy.source.effective}T00:00:00Z`)

const columnsOf = ({ text, policy }: PolicyText, clock: Clock) => ({
  id: newId('pol', clock),
  policyName: policy.id,
  version: policy.version,
  hash: policy.hash,
  source: text,
  publishedAt: clock.now(),
  notBefore: firstDay(policy),
})

const record = (
  tx: Tx,
  clock: Clock,
  what: string,
  { policyName, version }: VersionRow,
  counted = 0,
): Promise<bigint> =>
  recordDecision(tx, clock, { gate: 'notice', decision: 'done', rule: `${policyName} ${version} ${what}`, counted })

/** The first policy of an installation: there was none that people could rely on. */
export const recordFirst = async (tx: Tx, clock: Clock, file: PolicyText): Promise<VersionRow> => {
  const row = await insertVersion(tx, {
    ...columnsOf(file, clock),
    via: 'file',
    state: 'in-force',
    change: 'first',
    changes: [],
    inForceAt: clock.now(),
  })
  await record(tx, clock, 'in force', row)
  return row
}

/** A version that is not to come. */
export const withdrawVersion = async (tx: Tx, clock: Clock, { row }: ToldVersion): Promise<void> => {
  await updateVersion(tx, row.id, { state: 'withdrawn', endedAt: clock.now() })
  if (row.noticeId !== null) await endNotice(tx, row.noticeId, clock.now())
  await record(tx, clock, 'withdrawn', row)
}

/**
 * Announces a version: it waits, and everyone is told what changes, where anything does.
 * @param from the policy in force
 * @param atOnce why it waits for nothing; null: it waits as the policy in force promises
 */
export const announceVersion = async (
  tx: Tx,
  clock: Clock,
  from: CompiledPolicy,
  to: PolicyText,
  by: { via: VersionRow['via']; personId: string | null },
  atOnce: AtOnce | null = null,
): Promise<{ readonly version: ToldVersion; readonly change: VersionChange }> => {
  const change = versionChange(from, to.policy)
  const told = change.kind === 'editorial' ? null : versionNotice(to.policy, change, atOnce)
  const noticeId = told === null ? null : await publishNotice(tx, clock, { ...told, createdBy: by.personId })
  const row = await insertVersion(tx, {
    ...columnsOf(to, clock),
    via: by.via,
    state: 'waiting',
    change: change.kind,
    changes: [...change.changes],
    period: change.period?.text ?? null,
    toNobody: atOnce === 'next start',
    noticeId,
  })
  await record(tx, clock, 'announced', row, change.changes.length)
  return { version: { row, notice: noticeId === null ? null : { told: 0, finishedAt: null } }, change }
}

/** How a version came into force before its period was over. */
export type Early =
  /** There was nobody but the operator's staff to tell. */
  { readonly kind: 'nobody to tell' } | { readonly kind: 'forced'; readonly why: string }

/** Puts a version that waits in the place of the one in force. @param early null: its period is over */
export const bringIntoForce = async (
  tx: Tx,
  clock: Clock,
  inForce: ToldVersion,
  { row, notice }: ToldVersion,
  early: Early | null,
): Promise<VersionRow> => {
  const now = clock.now()
  await updateVersion(tx, inForce.row.id, { state: 'ended', endedAt: now })
  const changes = {
    state: 'in-force',
    inForceAt: now,
    early: early?.kind === 'forced' ? early.why : null,
    ...(early?.kind === 'nobody to tell' ? { period: null } : {}),
  } as const
  await updateVersion(tx, row.id, changes)
  if (row.noticeId !== null && notice?.finishedAt != null) await endNotice(tx, row.noticeId, now)
  await record(tx, clock, 'in force', row, notice?.told)
  return { ...row, ...changes }
}
