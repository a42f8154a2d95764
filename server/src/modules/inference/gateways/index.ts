export { gatewayRoutes } from './gateway-routes.ts'
export { livingGateways } from './gateway-store.ts'
export { createMembership, type GatewayFacts } from './membership.ts'
