import type { planReportView } from '@avow/contract'
import { describePeriod, type PlanSetting, parsePeriod } from '@avow/policy'
import type { z } from 'zod'
import { lookAtPlan } from './look-at-plan.ts'
import type { PlanInForce, PlanSystem } from './plan-look.ts'

type Clause = z.input<typeof planReportView>['clauses'][number]

const sentence = (setting: PlanSetting, agreement: string): string => {
  const source = setting.compared === 'different' ? ` This is ${agreement}; the policy says ${setting.policy}.` : ''
  const words = (text: string): string => {
    const period = parsePeriod(text)
    return period === null ? text : describePeriod(period)
  }
  switch (setting.section) {
    case 'retention':
      return `${setting.name.slice('retention.'.length)} of this organisation is kept ${words(setting.value)}.${source}`
    case 'regions':
      return `Its data and work stay in ${setting.value}.${source}`
    case 'egress':
      return `Of the recipients its data goes to ${setting.value}.${source}`
    case 'training':
      return `Its content trains models: ${setting.value}.${source}`
    case 'support':
      return setting.value === 'never'
        ? `Staff do not see its data, not even to help it.${source}`
        : `Staff see its data as the policy says.${source}`
    case 'bodies':
      return setting.value === 'never'
        ? `Its projects keep no bodies of their calls.${source}`
        : `Its projects keep bodies as the policy says.${source}`
  }
}

/** The clauses of one organisation's agreement, checked now. */
export const reportPlan = async (
  system: PlanSystem,
  of: PlanInForce & { readonly agreement: string; readonly shown: readonly PlanSetting[] },
): Promise<Clause[]> => {
  const clauses: Clause[] = []
  for (const [index, setting] of of.shown.entries()) {
    const id = `PLAN-${String(index + 1).padStart(2, '0')}`
    const base = { id, promise: sentence(setting, of.agreement), rule: `${setting.name}(${setting.value})` }
    const { check, figure, violations, unseen } = await lookAtPlan(system, of, setting)
    const good = unseen === null ? ('kept' as const) : ('unproven' as const)
    const state = violations.length > 0 ? ('broken' as const) : good
    clauses.push({ ...base, state, check, figure, reason: violations.length > 0 ? violations.join('; ') : unseen })
  }
  return clauses
}
