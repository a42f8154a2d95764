import { contract, type keepingView } from '@avow/contract'
import { describePeriod, isZero, type Period, parseDuration } from '@avow/policy'
import type { z } from 'zod'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { isLonger, type KeepingRules, type Keepings, limitsOf, refusalOfAll } from './keeping.ts'
import { findKeeping, saveKeeping, shortenKept } from './keeping-store.ts'

export interface KeepingRouteDeps extends KeepingRules {
  readonly clock: Clock
  readonly keepings: Pick<Keepings, 'refresh'>
  /** Told of each refusal, to record it. */
  readonly refused: (rule: string) => void
}

type Project = { readonly projectId: string; readonly organisationId: string }

const forbiddenByPlan = 'The agreement of this organisation lets no bodies be kept (its deployment plan).'

/** Why this organisation can keep none, and for how long it could. */
const whatIsLeft = async (deps: KeepingRouteDeps, tx: Tx, { organisationId }: Project) => {
  const refusal = refusalOfAll(deps)
  if (refusal !== null) return { refusal, longest: null }
  const { isForbidden, longest } = await limitsOf(tx, deps, organisationId)
  return isForbidden ? { refusal: forbiddenByPlan, longest: null } : { refusal: null, longest }
}

const textOf = (period: Period | null): string | null => (period === null || period === 'forever' ? null : period.text)

const view = async (deps: KeepingRouteDeps, tx: Tx, project: Project): Promise<z.input<typeof keepingView>> => {
  const { refusal, longest } = await whatIsLeft(deps, tx, project)
  const row = await findKeeping(tx, project.projectId)
  const wanted = row?.keep ?? deps.policy.bodies === 'always'
  return {
    keep: wanted && refusal === null,
    period: row?.period ?? null,
    refusal,
    periodMax: textOf(longest),
    changedAt: row?.changedAt.toISOString() ?? null,
    changedBy: row?.changedBy ?? null,
  }
}

const readPeriod = (text: string | null): Period | null => {
  if (text === null) return null
  const period = parseDuration(text)
  if (period !== null && !isZero(period)) return period
  throw new Refusal(
    'invalid_request',
    'The period is no ISO 8601 duration such as P7D or PT12H. Nothing was changed.',
    {
      fields: [{ path: 'body.period', message: 'write a duration such as P7D' }],
    },
  )
}

/** @throws Refusal policy_refused */
const requireAllowed = async (deps: KeepingRouteDeps, tx: Tx, project: Project, period: Period | null) => {
  const { refusal, longest } = await whatIsLeft(deps, tx, project)
  const tooLong = longest !== null && period !== null && isLonger(period, longest, deps.clock.now())
  if (refusal === null && !tooLong) return
  deps.refused(tooLong ? 'period' : 'keep')
  const why = refusal ?? `Bodies may be kept for ${describePeriod(longest ?? 'forever')} at most.`
  throw new Refusal('policy_refused', `${why} Nothing was changed.`)
}

/** What a project says about keeping bodies. */
export const keepingRoutes = (deps: KeepingRouteDeps): Route[] => {
  const { clock, keepings } = deps
  return [
    route(contract.bodies.keeping, ({ tx, params, caller }) =>
      view(deps, tx, { ...params, organisationId: caller.organisationId ?? '' }),
    ),
    route(contract.bodies.keep, async ({ tx, params, body, caller, afterCommit }) => {
      const project = { ...params, organisationId: caller.organisationId ?? '' }
      const period = readPeriod(body.period)
      if (body.keep) await requireAllowed(deps, tx, project, period)
      const said = { keep: body.keep, period: body.keep ? textOf(period) : null }
      await saveKeeping(tx, { ...project, ...said, changedBy: caller.personId, changedAt: clock.now() })
      if (said.period !== null) await shortenKept(tx, project.projectId, said.period)
      const rule = body.keep ? `keep(${said.period ?? 'longest'})` : 'keep no more'
      await recordDecision(tx, clock, { gate: 'bodies', decision: body.keep ? 'allowed' : 'done', rule })
      afterCommit(keepings.refresh)
      return view(deps, tx, project)
    }),
  ]
}
