export { addendumRoutes } from './addendum-routes.ts'
