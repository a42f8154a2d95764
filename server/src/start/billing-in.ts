import type { Registry } from 'prom-client'
import { type Billing, type BillingDeps, createBilling } from '../modules/billing/index.ts'
import type { Identity } from '../modules/identity/index.ts'
import { discloseCalls } from '../modules/inference/index.ts'
import type { PartDeps, Platform } from './create-platform.ts'

/** The books with the journal of a folder. */
export const createBillingIn =
  (deps: PartDeps, platform: Platform, identity: Identity, publicUrl: () => string) =>
  (folder: PartDeps['folder'], registry: Registry, more: Partial<Pick<BillingDeps, 'spendWatch'>> = {}): Billing => {
    const { gates, database: databases } = platform
    const { keyOwners } = identity.api
    return createBilling({
      ...platform,
      ...identity.api,
      database: databases.for('billing', 'account'),
      databaseUrl: deps.databaseUrl,
      log: deps.log.child('billing'),
      publicUrl,
      folderSecret: folder.secret('journal-holder'),
      purposeGate: gates.purpose,
      disclose: (tx, calls) => discloseCalls({ ...platform, ...gates, keyOwners }, tx, calls),
      registry,
      dataDir: folder.path,
      sync: deps.config.usageSync,
      ...more,
    })
  }
