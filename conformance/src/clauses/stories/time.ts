import { setTimeout as sleep } from 'node:timers/promises'
import { ok } from '../../people.ts'
import { sourceChanges } from '../change-source.ts'
import { must, type Story } from '../story.ts'

const dayMs = 86_400_000
const aheadDays = 120

/** The server's clock, so many days ahead: the only thing that is changed. */
const laterClock = {
  file: 'server/src/platform/clock/clock.ts',
  find: 'now: () => new Date(),\n  nowMs: () => Date.now(),',
  replace: `now: () => new Date(Date.now() + ${aheadDays * dayMs}),\n  nowMs: () => Date.now() + ${aheadDays * dayMs},`,
}

const monthsLater: Story = {
  kinds: ['retain', 'retention-runs'],
  does: `goes on with the clock ${aheadDays} days ahead, and looks at what retention did`,
  run: async ({ avow }) => {
    await avow.stop()
    await avow.restart(sourceChanges([laterClock]))
    const classes = async () => (await ok(avow.api().GET('/api/v1/privacy/retention'))).items
    const swept = async () => {
      const items = await classes()
      const recent = Date.now() + (aheadDays - 1) * dayMs
      return items.every(
        ({ period, tables, lastRunAt }) =>
          period === 'forever' || tables.length === 0 || (lastRunAt !== null && Date.parse(lastRunAt) > recent),
      )
    }
    const startedMs = performance.now()
    while (!(await swept())) {
      must(performance.now() - startedMs < 60_000, 'retention did not run after a start')
      await sleep(300)
    }
    const items = await classes()
    for (const { retentionClass, overdue } of items)
      must((overdue ?? 0) === 0, `${overdue} rows of ${retentionClass} are overdue`)
    const removed = items.reduce((sum, { lastRemoved }) => sum + (lastRemoved ?? 0), 0)
    must(removed > 0, 'months later nothing was removed')
    return `${items.length} classes, ${removed} rows removed, 0 overdue`
  },
}

export const timeStories: readonly Story[] = [monthsLater]
