import { z } from 'zod'
import { endpoint, instant, pageOf, pageQuery, staff } from './endpoint.ts'

export const backupStates = ['waiting', 'running', 'kept', 'failed', 'expired'] as const

export const backupView = z.object({
  id: z.string(),
  state: z
    .enum(backupStates)
    .describe('kept: it is in the folder of backups; expired: it was deleted when its time came'),
  askedAt: instant,
  finishedAt: instant.nullable(),
  expiresAt: instant.nullable().describe('when it is deleted, by the policy'),
  file: z.string().nullable().describe('its name in the folder of backups'),
  bytes: z.number().int().nullable(),
  rows: z.number().int(),
  tables: z.object({ done: z.number().int(), total: z.number().int() }).describe('how far it is'),
  reason: z.string().nullable().describe('why it failed'),
})

const tag = 'Operate'
const operatorErrors = ['not_signed_in', 'forbidden', 'second_factor_not_set_up', 'second_factor_required'] as const

export const backupEndpoints = {
  create: endpoint({
    id: 'backups.create',
    readsFor: ['security', 'legal'],
    method: 'POST',
    path: '/operate/backups',
    tag,
    summary: 'Make an encrypted backup now',
    access: staff('operator'),
    status: 202,
    response: backupView,
    errors: [...operatorErrors, 'backups_off'],
  }),
  list: endpoint({
    id: 'backups.list',
    readsFor: ['security', 'legal'],
    method: 'GET',
    path: '/operate/backups',
    tag,
    summary: 'Backups, newest first, with those that failed or expired',
    access: staff(),
    query: pageQuery,
    status: 200,
    response: pageOf(backupView).extend({
      folder: z.string(),
      keep: z
        .string()
        .nullable()
        .describe('how long the policy lets backups live: an ISO 8601 duration; null: it has none'),
      every: z.string().nullable().describe('how often one is made by itself: an ISO 8601 duration; null: never'),
      nextAt: instant.nullable(),
      keysMadeAt: instant.nullable().describe('when the newest backup of keys was made; a restore needs it'),
    }),
    errors: operatorErrors,
  }),
  show: endpoint({
    id: 'backups.show',
    readsFor: ['security', 'legal'],
    method: 'GET',
    path: '/operate/backups/{backupId}',
    tag,
    summary: 'One backup and how far it is',
    access: staff(),
    params: z.object({ backupId: z.string().max(120) }),
    status: 200,
    response: backupView,
    errors: [...operatorErrors, 'not_found'],
  }),
} as const
