import { categories } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { forbids, type TrainingLevel, trainingLevels } from '../../../platform/gates/index.ts'
import { probe } from '../check.ts'
import { plantApproval } from '../training/index.ts'
import type { Look, PlanInForce, PlanSystem } from './plan-look.ts'

/** Gives the organisation approvals that its plan does not accept, in a transaction of which nothing remains, and asks the gate. */
export const lookAtTraining = async (system: PlanSystem, plan: PlanInForce): Promise<Look> => {
  const { clock, database, gates, policy } = system
  const { organisationId } = plan
  const level: TrainingLevel = plan.settings.training ?? 'never'
  const content = categories.find((name) => name.startsWith('content.') && forbids(policy, name) === null)
  const beyond = trainingLevels.filter((kind) => trainingLevels.indexOf(kind) > trainingLevels.indexOf(level))
  const violations = await probe(database, async (tx) => {
    const found: string[] = []
    const inForce = await gates.training.levelOf(tx, organisationId)
    if (inForce.level !== level) found.push(`the training gate goes by ${inForce.level}, not by ${level}`)
    const { rows } = await tx.execute<{ id: string }>(
      sql`select id from project where organisation_id = ${organisationId} order by created_at limit 1`,
    )
    // Its own approvals go first, so that only what the plan does not accept is there.
    await tx.execute(sql`delete from training_approval where organisation_id = ${organisationId}`)
    const wanted = content ?? 'content.inference'
    for (const kind of beyond) {
      if (kind !== 'never') await plantApproval(tx, clock, { organisationId, kind, content: [wanted] })
      const use = { organisationId, projectId: rows[0]?.id ?? '', content: [wanted], people: [] }
      if ((await gates.training.judge(tx, use)).allowed) found.push(`its content trains by ${kind}`)
    }
    return found
  })
  return {
    check: 'planned-training',
    looked: 1 + beyond.length,
    violations,
    figure: `the training gate goes by ${level}; ${beyond.length} approvals that are not enough tried at it`,
    unseen: level === 'never' ? null : 'fine-tuning is not built: no training asks the gate yet',
  }
}
