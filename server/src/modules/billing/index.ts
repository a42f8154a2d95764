export { createMetering, type MeteredStream, type Metering } from './metering.ts'
export { priceUsage } from './price-usage.ts'
export { decodeUsageEvent, type UsageEvent, type UsageOutcome } from './usage-event.ts'
