export {
  type Budgets,
  budgetOption,
  budgetWords,
  moneyText,
  monthAfter,
  monthName,
  type Reservation,
  type Reserved,
  type Shortage,
  type Spending,
} from './budgets/index.ts'
export { type CallOrigins, createCallOrigins } from './call-origins.ts'
export { type Billing, type BillingDeps, createBilling, currency } from './create-billing.ts'
export { createMetering, type MeteredStream, type Metering } from './metering.ts'
export { batchPrices } from './price-book.ts'
export { exactCost, priceUsage } from './price-usage.ts'
export { openProbeBooks, type ProbeBooks } from './probe-books.ts'
export type { ProviderCalls } from './survey-usage.ts'
export { billingTables } from './tables.ts'
export { batchPrefix, type UsageEvent, type UsageOutcome } from './usage-event.ts'
export { decodeUsageLine, encodeUsageLine } from './usage-line.ts'
export { findSuddenSpends, type SpendRule, type SuddenSpend } from './watch-spend.ts'
