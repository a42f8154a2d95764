import { sql } from 'drizzle-orm'
import { inside } from '../../../platform/db/index.ts'
import { probe } from '../check.ts'
import type { Look, PlanInForce, PlanSystem } from './plan-look.ts'

/** Has a project of the organisation keep bodies, in a transaction of which nothing remains, and asks whether any would be. */
export const lookAtBodies = async (system: PlanSystem, { organisationId, settings }: PlanInForce): Promise<Look> => {
  const isForbidden = settings.bodies === 'never'
  const { projects, kept } = await probe(system.database, async (tx) => {
    const now = system.clock.now().toISOString()
    const { rows } = await tx.execute<{ id: string }>(
      sql`insert into body_keeping (project_id, organisation_id, keep, changed_at) select id, organisation_id, true, ${now}::timestamptz from project where organisation_id = ${organisationId} on conflict (project_id) do update set keep = true returning project_id as id`,
    )
    const log = system.logTo({ write: () => undefined })
    const databases = inside(system.databases, tx)
    const bodies = system.bodiesOn({
      database: databases.for('provide'),
      lawful: databases.for('provide', 'legal'),
      log,
    })
    await bodies.refresh()
    const call = { organisationId, operation: 'completions', request: Buffer.from('{}') } as const
    return { projects: rows, kept: rows.filter(({ id }) => bodies.keeper.begin({ ...call, projectId: id }) !== null) }
  })
  return {
    check: 'planned-bodies',
    looked: projects.length,
    violations: isForbidden ? kept.map(({ id }) => `bodies of ${id} would be kept`) : [],
    figure: `${projects.length} projects that want bodies kept, ${kept.length} that would have them`,
    unseen: projects.length === 0 ? 'this organisation has no project to look at' : null,
  }
}
