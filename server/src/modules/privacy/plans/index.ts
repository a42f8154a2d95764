export { applyPlan, writePlan } from './apply-plan.ts'
export { lookAtPlan } from './look-at-plan.ts'
export { commitTo, hashSource, lintSource, openSource, type PlanRow, type Plans, settingsOf } from './plan.ts'
export { planRoutes } from './plan-routes.ts'
