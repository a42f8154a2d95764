export { openDetails } from './approval-view.ts'
export { trainingRoutes } from './training-routes.ts'
