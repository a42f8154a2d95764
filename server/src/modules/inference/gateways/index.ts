export { gatewayRoutes } from './gateway-routes.ts'
export { createMembership, type GatewayFacts } from './membership.ts'
