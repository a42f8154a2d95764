export { openDetails } from './approval-view.ts'
export { plantApproval } from './plant-approval.ts'
export { trainingRoutes } from './training-routes.ts'
