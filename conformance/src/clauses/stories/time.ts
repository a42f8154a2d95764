import { setTimeout as sleep } from 'node:timers/promises'
import { addDuration, parseDuration } from '@avow/policy'
import { ok } from '../../people.ts'
import type { RunningAvow } from '../../start-avow.ts'
import { type SourceChange, sourceChanges } from '../change-source.ts'
import { nextVersion } from '../policy-under-test.ts'
import { must, runJson, type Story, type World } from '../story.ts'

const dayMs = 86_400_000

/** The server's clock, so many days ahead: the only thing that is changed. */
const laterClock = (days: number): SourceChange => ({
  file: 'server/src/platform/clock/clock.ts',
  find: 'now: () => new Date(),\n  nowMs: () => Date.now(),',
  replace: `now: () => new Date(Date.now() + ${days * dayMs}),\n  nowMs: () => Date.now() + ${days * dayMs},`,
})

const classesOf = async (avow: RunningAvow) => (await ok(avow.api().GET('/api/v1/privacy/retention'))).items

/** Waits until every class was swept on that day. @returns how many rows went */
const untilSwept = async (avow: RunningAvow, days: number): Promise<number> => {
  const recent = Date.now() + (days - 1) * dayMs
  const isSwept = ({ period, tables, lastRunAt }: Awaited<ReturnType<typeof classesOf>>[number]): boolean =>
    period === 'forever' || tables.length === 0 || (lastRunAt !== null && Date.parse(lastRunAt) > recent)
  const startedMs = performance.now()
  let items = await classesOf(avow)
  while (!items.every((one) => isSwept(one) && (one.overdue ?? 0) === 0)) {
    const late = items.filter(({ overdue }) => (overdue ?? 0) > 0)
    const what = late.map(({ overdue, retentionClass }) => `${overdue} rows of ${retentionClass} are overdue`)
    must(performance.now() - startedMs < 30_000, what.join('; ') || 'retention did not run after a start')
    await sleep(300)
    items = await classesOf(avow)
  }
  return items.reduce((sum, { lastRemoved }) => sum + (lastRemoved ?? 0), 0)
}

/** A version that waits runs from its day on, and not before. */
const mustWait = async (avow: RunningAvow, days: number, waitingUntil: Date): Promise<void> => {
  const { version } = await ok(avow.api(null).GET('/api/v1/policy'))
  const isDue = Date.now() + days * dayMs >= waitingUntil.getTime()
  must((version === nextVersion) === isDue, `${days} days later ${version} is in force`)
}

/** A backup of before an erasure goes when its time is over, with what a restore moved aside. */
const mustExpire = async ({ avow, tested, left }: World, days: number): Promise<void> => {
  const keep = parseDuration(tested.policy.source.backups?.keep ?? '')
  if (left.backup === undefined || keep === null) return
  const isDue = addDuration(new Date(), keep).getTime() < Date.now() + days * dayMs
  await runJson(avow, 'backup', 'create')
  const { items } = await runJson(avow, 'backup', 'list')
  const state = items.find(({ id }: { id: string }) => id === left.backup)?.state ?? 'gone'
  must(
    (state !== 'kept') === isDue,
    `${days} days later a backup kept for ${tested.policy.source.backups?.keep} is ${state}`,
  )
}

const monthsLater: Story = {
  kinds: ['retain', 'retention-runs', 'change-notice', 'weaker-change-waits', 'backups-protected'],
  does: 'goes on with the clock days and months ahead, and looks at what retention did, which policy is in force and which backups are left',
  run: async (world) => {
    const { avow, daysAhead, left } = world
    let removed = 0
    for (const days of daysAhead) {
      await avow.stop()
      await avow.restart(sourceChanges([laterClock(days)]))
      removed += await untilSwept(avow, days)
      if (left.waitingUntil !== undefined) await mustWait(avow, days, left.waitingUntil)
    }
    await mustExpire(world, daysAhead.at(-1) ?? 0)
    must(removed > 0, 'months later nothing was removed')
    const waited = left.waitingUntil === undefined ? '' : '; the weaker version came when its time was over, not before'
    return `${daysAhead.join(', ')} days later: ${removed} rows removed, 0 overdue${waited}`
  },
}

export const timeStories: readonly Story[] = [monthsLater]
