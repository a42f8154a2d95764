import { z } from 'zod'
import { endpoint, instant, open, pageOf, pageQuery, person, staff } from './endpoint.ts'
import { clauseState, clauseView, policyView, trustView } from './policy-views.ts'
import { processingRecordView } from './processing-record.ts'

export const clauseResult = z.object({
  id: z.string(),
  state: clauseState,
  promise: z.string(),
  rule: z.string().nullable(),
  check: z.string().nullable(),
  figure: z.string().nullable().describe('what the check counted, such as "0 of 1,204 rows past due"'),
  reason: z.string().nullable().describe('why it is not kept, or what is missing'),
})

/** Exactly what `avow policy verify --json` prints. */
export const reportView = z.object({
  policy: z.string(),
  checkedAt: instant,
  summary: z.object({
    kept: z.number().int(),
    broken: z.number().int(),
    attested: z.number().int(),
    informed: z.number().int(),
    unproven: z.number().int(),
  }),
  clauses: z.array(clauseResult),
})

export const dataMapColumn = z.object({
  table: z.string(),
  column: z.string(),
  module: z.string(),
  category: z.string(),
  subject: z.string(),
  purposes: z.array(z.string()),
  retention: z.string(),
  period: z.string().nullable().describe('ISO 8601 duration or "forever", from the policy'),
  erasure: z.string(),
  sealed: z.boolean().describe("encrypted with the subject's key"),
  note: z.string().nullable(),
})

export const retentionRow = z.object({
  retentionClass: z.string(),
  period: z.string(),
  trigger: z.string(),
  tables: z.array(z.string()),
  lastRunAt: instant.nullable(),
  lastLookedAt: z.number().int().nullable().describe('rows past their period that the last run found'),
  lastRemoved: z.number().int().nullable(),
  lastHeld: z.number().int().nullable().describe('rows past their period that a legal hold keeps'),
  overdue: z.number().int().nullable().describe('rows past due now; null when not counted yet'),
  nextRunAt: instant.nullable(),
  nextDueAt: instant.nullable().describe('when the next row falls due; null when none is held'),
  lastRuns: z
    .array(z.object({ table: z.string(), explanation: z.string() }))
    .describe('what the last runs did, in words'),
})

const tag = 'Privacy'
export const privacyEndpoints = {
  policy: endpoint({
    id: 'privacy.policy',
    readsFor: ['legal'],
    method: 'GET',
    path: '/policy',
    tag,
    summary: 'The policy in force, as people may read it',
    access: open,
    status: 200,
    response: policyView,
    errors: [],
  }),
  trust: endpoint({
    id: 'privacy.trust',
    readsFor: ['legal'],
    method: 'GET',
    path: '/trust',
    tag,
    summary: 'The state of every clause, for anyone',
    access: open,
    status: 200,
    response: trustView,
    errors: [],
  }),
  clause: endpoint({
    id: 'privacy.clause',
    readsFor: ['legal'],
    method: 'GET',
    path: '/privacy/clauses/{clauseId}',
    tag,
    summary: 'A clause with its rules, gates, last check and evidence',
    access: person,
    params: z.object({ clauseId: z.string().max(40) }),
    status: 200,
    response: clauseView,
    errors: ['not_signed_in', 'not_found'],
  }),
  report: endpoint({
    id: 'privacy.report',
    readsFor: ['legal'],
    method: 'GET',
    path: '/privacy/report',
    tag,
    summary: 'The newest report, clause by clause',
    access: person,
    status: 200,
    response: reportView,
    errors: ['not_signed_in', 'not_found'],
  }),
  verify: endpoint({
    id: 'privacy.verify',
    readsFor: ['legal'],
    method: 'POST',
    path: '/privacy/report',
    tag,
    summary: 'Run every check now',
    access: staff(),
    status: 200,
    response: reportView,
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'],
  }),
  checkClause: endpoint({
    id: 'privacy.checkClause',
    readsFor: ['legal'],
    method: 'POST',
    path: '/privacy/clauses/{clauseId}/check',
    tag,
    summary: 'Run the checks of one clause now; the newest report stays as it is',
    access: staff(),
    params: z.object({ clauseId: z.string().max(40) }),
    status: 200,
    response: reportView,
    errors: ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required', 'not_found'],
  }),
  dataMap: endpoint({
    id: 'privacy.dataMap',
    readsFor: ['legal'],
    method: 'GET',
    path: '/privacy/data-map',
    tag,
    summary: 'Every column of the database with what it holds, why and for how long',
    access: person,
    query: pageQuery.extend({
      limit: z.coerce.number().int().min(1).max(2000).default(1000),
      table: z.string().max(120).optional(),
      category: z.string().max(120).optional(),
    }),
    status: 200,
    response: pageOf(dataMapColumn),
    errors: ['not_signed_in'],
  }),
  processingRecord: endpoint({
    id: 'privacy.processingRecord',
    readsFor: ['legal'],
    method: 'GET',
    path: '/privacy/processing-record',
    tag,
    summary: 'The record of processing activities (GDPR, Art. 30), made from the data map and the policy',
    access: person,
    status: 200,
    response: processingRecordView,
    errors: ['not_signed_in'],
  }),
  retention: endpoint({
    id: 'privacy.retention',
    readsFor: ['legal'],
    method: 'GET',
    path: '/privacy/retention',
    tag,
    summary: 'Retention by class: period, last run, what is past due',
    access: person,
    status: 200,
    response: z.object({ items: z.array(retentionRow) }),
    errors: ['not_signed_in'],
  }),
} as const

export const vaultView = z.object({
  keyId: z.string().describe('of the key-encryption key in force'),
  since: instant.describe('when it came into force'),
  dataKeys: z.number().int().describe('subjects with a key of their own'),
  shredded: z.number().int().describe('subjects whose key was destroyed'),
  rotation: z
    .object({ left: z.number().int().describe('data keys that the old key still wraps') })
    .nullable()
    .describe('null: none is under way'),
})

const operatorErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const operateEndpoints = {
  vault: endpoint({
    id: 'operate.vault',
    readsFor: ['security'],
    method: 'GET',
    path: '/operate/vault',
    tag: 'Operate',
    summary: 'The vault: its key-encryption key and how many subjects have keys',
    access: staff('operator'),
    status: 200,
    response: vaultView,
    errors: operatorErrors,
  }),
  rotateVaultKey: endpoint({
    id: 'operate.rotateVaultKey',
    readsFor: ['security'],
    method: 'POST',
    path: '/operate/vault/rotate-key',
    tag: 'Operate',
    summary: 'Replace the key-encryption key; sealed data is not touched',
    access: staff('operator'),
    status: 202,
    response: vaultView,
    errors: operatorErrors,
  }),
  meta: endpoint({
    id: 'operate.meta',
    readsFor: ['provide'],
    method: 'GET',
    path: '/meta',
    tag: 'Operate',
    summary: 'What this server is: version, policy, mail, parts',
    access: open,
    status: 200,
    response: z.object({
      version: z.string(),
      policy: z.object({ id: z.string(), name: z.string(), version: z.string(), minimumAge: z.number().int() }),
      mail: z.enum(['smtp', 'outbox']),
      now: instant,
    }),
    errors: [],
  }),
} as const
