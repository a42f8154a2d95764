import { addDuration, compareVersions, editPolicy, type PolicyEdit, parseDuration } from '@avow/policy'
import type { Clock } from '../../../platform/clock/index.ts'
import { type Check, type CheckedSystem, type Finding, finding } from '../check.ts'
import { type ProbeNotices, stuckNotices, withNotices } from '../probe-notices.ts'
import {
  announceVersion,
  findVersion,
  listVersions,
  type PolicyText,
  readKept,
  settlePolicy,
  type ToldVersion,
  withdrawVersion,
} from '../versions/index.ts'

const next = '999999.0.0'

const edited = (text: string, edits: readonly PolicyEdit[]): PolicyText => {
  const changed = editPolicy(text, edits)
  const policy = readKept(changed)
  if (policy === null) throw new Error('the edited policy does not parse')
  return { text: changed, policy }
}

/** Changes that every policy can make. */
const materialEdit: PolicyEdit = [['operator', 'name'], 'Somebody else altogether']
const weakerEdit: PolicyEdit = [['security', 'apiKeyRevocation'], 'P99Y']

/** A start of a server at some time, inside the probe. @returns the hash of the policy that runs */
const startAt = async ({ clock }: CheckedSystem, { database }: ProbeNotices, at: Date, file: PolicyText) => {
  const then: Clock = { ...clock, now: () => at, nowMs: () => at.getTime() }
  const deps = { database, clock: then, hasPeople: async () => true, misfits: () => [] }
  return (await settlePolicy(deps, file)).policy.hash
}

/** What is wrong with how the versions came into force that are recorded here. */
const wronglyInForce = ({ row, notice }: ToldVersion): string[] => {
  const name = `${row.policyName} ${row.version}`
  if (row.inForceAt === null) return []
  if (row.early !== null) return [`${name} took effect without its notice period: ${row.early}`]
  const period = row.period === null ? null : parseDuration(row.period)
  if (period === null) return []
  if (notice?.finishedAt == null) return [`${name} took effect before everyone was told`]
  const due = addDuration(notice.finishedAt, period).getTime() + row.skippedMs
  return row.inForceAt.getTime() < due ? [`${name} took effect before its notice period was over`] : []
}

const recorded = async (system: CheckedSystem, { tx }: ProbeNotices, inForce: ToldVersion): Promise<string[]> => {
  const runs = readKept(inForce.row.source)?.hash === system.policy.hash
  const versions = await listVersions(tx)
  return [
    ...(runs ? [] : ['the policy that runs is not the version that is recorded as in force']),
    ...versions.flatMap(wronglyInForce),
  ]
}

/** Announces a change in the probe. Null: there is nothing to compare it with. */
const announce = async (system: CheckedSystem, { tx }: ProbeNotices, edit: PolicyEdit) => {
  const [inForce, waiting] = [await findVersion(tx, 'in-force'), await findVersion(tx, 'waiting')]
  const before = inForce === null ? null : readKept(inForce.row.source)
  if (inForce === null || before === null) return null
  if (waiting !== null) await withdrawVersion(tx, system.clock, waiting)
  const file: PolicyText = { text: inForce.row.source, policy: before }
  const version = compareVersions(next, before.version) > 0 ? next : '999999999.0.0'
  const changed = edited(file.text, [[['version'], version], [['effective'], '2000-01-01'], edit])
  const { version: made } = await announceVersion(tx, system.clock, before, changed, { via: 'command', personId: null })
  return { inForce, file, changed, made }
}

type Announced = NonNullable<Awaited<ReturnType<typeof announce>>>

const unrecorded: Finding = finding(0, [], 'no version is recorded', 'no version of the policy is recorded as in force')

/** Starts of a server from the moment that everyone was told until after the period, and which policy ran. */
const followPeriod = async (
  system: CheckedSystem,
  world: ProbeNotices,
  { file, changed, made }: Announced,
  ahead: string,
) => {
  const period = parseDuration(ahead)
  if (period === null) throw new Error(`${ahead} is no duration`)
  const now = system.clock.now()
  const due = addDuration(now, period)
  const wrong: string[] = []
  const expect = async (at: Date, wanted: PolicyText, complaint: string): Promise<void> => {
    if ((await startAt(system, world, at, file)) !== wanted.policy.hash) wrong.push(complaint)
  }
  await expect(new Date(due.getTime() + 3_650 * 86_400_000), file, 'a version takes effect though nobody was told')
  if (made.row.noticeId !== null) await world.deliver(made.row.noticeId)
  await expect(new Date(due.getTime() - 60_000), file, 'a version takes effect before its period is over')
  await expect(new Date(due.getTime() + 60_000), changed, 'a version does not take effect when its period is over')
  return wrong
}

/** Announces a weaker version in a transaction that is rolled back, and starts a server before and after it is due. */
export const weakerChanges: Check<'weaker-change-waits'> = {
  name: 'weaker-changes',
  run: (rule, system) =>
    withNotices(system, async (world) => {
      const announced = await announce(system, world, weakerEdit)
      if (announced === null) return unrecorded
      const violations = await recorded(system, world, announced.inForce)
      if (announced.made.row.change !== 'weaker') violations.push('a change that protects less is not seen as weaker')
      const sameVersion = edited(announced.file.text, [weakerEdit])
      if ((await startAt(system, world, system.clock.now(), sameVersion)) !== announced.file.policy.hash)
        violations.push('another text under the version in force takes effect')
      violations.push(...(await followPeriod(system, world, announced, String(rule.parameters.ahead))))
      const figure = `4 starts around a weaker version of a probe, ${violations.length} failures`
      return finding(4, violations, figure)
    }),
}

/** Announces a material change to people of its own, and sees that each is told and that it waits. */
export const changeNotices: Check<'change-notice'> = {
  name: 'change-notices',
  run: (rule, system) =>
    withNotices(system, async (world) => {
      const announced = await announce(system, world, materialEdit)
      if (announced === null) return unrecorded
      const { inForce, made } = announced
      const violations = [...(await recorded(system, world, inForce)), ...(await stuckNotices(system, 'policy-change'))]
      violations.push(...(await followPeriod(system, world, announced, String(rule.parameters.ahead))))
      const { channels } = system.policy.source.notices
      const notice = {
        id: made.row.noticeId ?? '',
        subject: `${announced.changed.policy.title}: version ${made.row.version}`,
      }
      violations.push(...(await world.missed(notice, channels)))
      const pages = await Promise.all(['/policy', '/policy/next'].map((path) => system.call({ method: 'GET', path })))
      if (channels.includes('page') && pages.some(({ status }) => status !== 200 && status !== 302))
        violations.push('the page of the policy does not answer')
      const figure = `${world.people.length} accounts told of a change, 3 starts around it, ${violations.length} failures`
      return finding(world.people.length + 3, violations, figure)
    }),
}
