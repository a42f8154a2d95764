import { type CompiledPolicy, compareVersions, describePeriod } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, Tx } from '../../../platform/db/index.ts'
import { type PolicyText, readKept } from './policy-text.ts'
import { announceVersion, bringIntoForce, type Early, recordFirst, withdrawVersion } from './publish-version.ts'
import { isDue } from './version-due.ts'
import { findVersion, lockVersions, type ToldVersion, wasPromised } from './version-store.ts'

/**
 * What the policy file is beside what is in force. `differs`: another text under a version that was announced already;
 * `older`: a version before the one in force. Both change nothing.
 */
export type FileState = 'in-force' | 'waiting' | 'differs' | 'older'

export interface SettledPolicy {
  /** What runs. */
  readonly policy: CompiledPolicy
  readonly versionId: string
  readonly file: { readonly state: FileState; readonly version: string; readonly hash: string }
  /** For the operator, at the start and wherever versions are shown. */
  readonly says: readonly string[]
}

export interface SettleDeps {
  readonly clock: Clock
  /** Whether anything is held of anybody but the operator's staff. */
  readonly hasPeople: (tx: Tx) => Promise<boolean>
  /** Why this software cannot keep a policy; empty when it can. */
  readonly misfits: (policy: CompiledPolicy) => readonly string[]
}

const nobodyToTell: Early = { kind: 'nobody to tell' }

interface Scene extends SettleDeps {
  readonly tx: Tx
  readonly file: PolicyText
  readonly inForce: ToldVersion
  readonly kept: CompiledPolicy
  readonly waiting: ToldVersion | null
  readonly people: boolean
}

const settled = (row: { id: string }, policy: CompiledPolicy, file: PolicyText, state: FileState, says: string[]) => ({
  policy,
  versionId: row.id,
  file: { state, version: file.policy.version, hash: file.policy.hash },
  says,
})

/** The file takes the place of what is in force without waiting; whatever waited will not come. */
const replaceNow = async (scene: Scene, early: Early, says: string[]): Promise<SettledPolicy> => {
  const { tx, clock, file, inForce, kept, waiting } = scene
  if (waiting !== null) await withdrawVersion(tx, clock, waiting)
  const { version } = await announceVersion(tx, clock, kept, file, { via: 'file', personId: null }, early.kind)
  const row = await bringIntoForce(tx, clock, inForce, version, early)
  return settled(row, file.policy, file, 'in-force', says)
}

/** The file says nothing that may take effect: what is in force goes on. */
const goOn = ({ inForce, kept, file }: Scene, state: FileState, says: string[]): SettledPolicy =>
  settled(inForce.row, kept, file, state, says)

const differsWords = (file: CompiledPolicy, since: string): string =>
  `the policy file says something else under the version ${file.version}, which was ${since} with another text. That text stays. Raise \`version\` in the file, and start again`

const announceFile = async (scene: Scene): Promise<SettledPolicy> => {
  const { tx, clock, file, inForce, kept, waiting } = scene
  if (waiting !== null) await withdrawVersion(tx, clock, waiting)
  const { version, change } = await announceVersion(tx, clock, kept, file, { via: 'file', personId: null })
  if (isDue(version, clock.now())) {
    const row = await bringIntoForce(tx, clock, inForce, version, null)
    return settled(row, file.policy, file, 'in-force', [`policy ${file.policy.version} is in force now`])
  }
  const weaker = change.changes.filter(({ direction }) => direction === 'weaker').length
  const why =
    change.period === null
      ? `from ${file.policy.source.effective} on`
      : `${describePeriod(change.period)} after everyone was told`
  const says = `policy ${file.policy.version} (${change.kind}: ${weaker} weaker of ${change.changes.length} changes) takes effect ${why}. Until then ${kept.id} ${kept.version} stays in force: avow policy versions`
  return goOn(scene, 'waiting', [says])
}

const compareFile = async (scene: Scene): Promise<SettledPolicy> => {
  const { tx, clock, file, kept, waiting, people } = scene
  const wanted = file.policy
  if (wanted.hash === kept.hash) {
    if (waiting?.row.via !== 'file') return goOn(scene, 'in-force', [])
    await withdrawVersion(tx, clock, waiting)
    return goOn(scene, 'in-force', [
      `policy ${waiting.row.version}, which was announced, is withdrawn: the file is as before`,
    ])
  }
  const misfits = scene.misfits(kept)
  if (misfits.length > 0) {
    const why = `this version of Avow cannot keep ${kept.id} ${kept.version}: ${misfits.join('; ')}`
    return replaceNow(scene, { kind: 'forced', why }, [
      `${why}. ${wanted.id} ${wanted.version} took effect at once, and the report says so`,
    ])
  }
  if (waiting !== null && isSameVersion(waiting, wanted)) {
    const isSame = waitingHash(waiting) === wanted.hash
    if (isSame || people)
      return goOn(scene, isSame ? 'waiting' : 'differs', isSame ? [] : [differsWords(wanted, 'announced')])
  }
  if (!people) return replaceNow(scene, nobodyToTell, [])
  if (wanted.id === kept.id && wanted.version === kept.version)
    return goOn(scene, 'differs', [differsWords(wanted, 'put in force')])
  if (wanted.id === kept.id && compareVersions(wanted.version, kept.version) < 0)
    return goOn(scene, 'older', [
      `the policy file is ${wanted.version}, older than ${kept.version} which is in force. To go back, publish it under a higher version`,
    ])
  return announceFile(scene)
}

const isSameVersion = ({ row }: ToldVersion, policy: CompiledPolicy): boolean =>
  row.policyName === policy.id && row.version === policy.version

/** By what the kept text means to this software: the hash that was kept may be an earlier software's. */
const waitingHash = ({ row }: ToldVersion): string => readKept(row.source)?.hash ?? row.hash

/** A version whose time has come takes the place of the one in force. */
const promote = async (tx: Tx, { clock, hasPeople }: SettleDeps, inForce: ToldVersion): Promise<ToldVersion> => {
  const waiting = await findVersion(tx, 'waiting')
  if (waiting === null || readKept(waiting.row.source) === null) return inForce
  const due = isDue(waiting, clock.now())
  if (!due && (!waiting.row.toNobody || (await hasPeople(tx)))) return inForce
  return { ...waiting, row: await bringIntoForce(tx, clock, inForce, waiting, due ? null : nobodyToTell) }
}

const settleIn = async (tx: Tx, deps: SettleDeps, file: PolicyText): Promise<SettledPolicy> => {
  await lockVersions(tx)
  const before = await findVersion(tx, 'in-force')
  if (before === null) return settled(await recordFirst(tx, deps.clock, file), file.policy, file, 'in-force', [])
  const inForce = await promote(tx, deps, before)
  const kept = readKept(inForce.row.source)
  const waiting = await findVersion(tx, 'waiting')
  // A period that was promised is kept, though everyone to whom it was may have left.
  const people = wasPromised(waiting) || (await deps.hasPeople(tx))
  const scene = { ...deps, tx, file, inForce, waiting, people }
  if (kept !== null) return compareFile({ ...scene, kept })
  const why = `this version of Avow does not read the text of ${inForce.row.policyName} ${inForce.row.version}`
  return replaceNow({ ...scene, kept: file.policy }, { kind: 'forced', why }, [
    `${why}: ${file.policy.id} ${file.policy.version} took effect at once, and the report says so`,
  ])
}

/**
 * Decides at a start which policy runs. A file that changes what was promised is announced and waits; what is in force
 * goes on meanwhile from the text that was kept. One transaction: a start that is killed here has changed nothing.
 */
export const settlePolicy = (
  deps: SettleDeps & { readonly database: Database },
  file: PolicyText,
): Promise<SettledPolicy> => deps.database.transaction((tx) => settleIn(tx, deps, file))
