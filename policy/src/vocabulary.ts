/**
 * The words that policies, the data map and the gates share. A policy may use only these ids, so that every
 * clause reaches a column or a gate; what the public reads (labels, field lists) is the policy's own.
 */

/** What kind of data a column holds. `system` is data about no person at all (a schema version, a model file's checksum). */
export const categories = [
  'account.identity', // name, username, account id
  'account.contact', // email, phone
  'account.credentials', // password hash, second factor, API key hash, sessions
  'account.preferences',
  'account.organisation', // organisation, membership, role, billing country
  'billing.payment', // processor's ids, status, last four digits
  'billing.record', // ledger, invoices, transactions
  'usage.inference', // request metadata: model, tokens, time, status; never bodies
  'usage.compute', // sessions, plans, GPU and VRAM samples, bytes
  'usage.command', // CLI commands sent to the API
  'technical.network', // IP address, coarse location
  'technical.device', // user agent, browser, OS
  'technical.log', // redacted errors and diagnostics
  'security.log', // sign-ins, lockouts, abuse signals, staff access
  'content.inference', // prompts, outputs, kept bodies
  'content.batch', // files given for batches, and the answers that batches collect
  'content.workspace', // volumes, uploads
  'content.training', // fine-tune data, adapters
  'content.published', // marketplace entries made public by their publisher
  'correspondence', // mail sent to a person, tickets, inquiries
  'marketing.contact',
  'consent.record',
  'rights.request', // access, erasure and other requests, with their receipts
  'system',
] as const
export type Category = (typeof categories)[number]

/** Why personal data is read. Every reader passes one to the purpose gate. */
export const purposes = [
  'provide', // run the service that was asked for
  'account', // authenticate, administer accounts
  'billing',
  'security', // protect, prevent fraud and abuse
  'support',
  'communicate', // service messages
  'marketing',
  'analytics', // aggregate only
  'training',
  'legal', // obligations, rights requests, authorities
] as const
export type Purpose = (typeof purposes)[number]

/** What erasing the subject does to a column. */
export const erasures = [
  'delete', // the row goes
  'pseudonymise', // the person's columns are replaced, the row stays for its own period
  'keep', // law keeps it; shown to the person with the reason
  'none', // no person's data
] as const
export type Erasure = (typeof erasures)[number]

/** Whose data a table holds. */
export const subjects = ['user', 'organisation', 'visitor', 'staff', 'none'] as const
export type Subject = (typeof subjects)[number]

/**
 * Retention classes: the unit for which a policy states a period. Each names categories by habit, but a table says
 * which class governs its rows.
 */
export const retentionClasses = [
  'account', // life of the account and a period after closure
  'credentials',
  'session', // sign-in sessions, one-time tokens
  'billing',
  'usage.inference', // operational request metadata
  'inference.body',
  'inference.batch', // batches, their input and their results
  'usage.compute',
  'access.log',
  'security.log',
  'mail', // mail kept in the outbox after it was sent
  'workspace',
  'training',
  'marketing',
  'inquiry',
  'rights.request',
  'rights.export', // archives that people asked for, until they have taken them
  'evidence', // decisions and reports: no personal data
  'system',
] as const
export type RetentionClass = (typeof retentionClasses)[number]
