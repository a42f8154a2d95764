import { z } from 'zod'
import { endpoint, instant, person } from './endpoint.ts'

/** States of a copy; one that was cancelled, or whose time is over, is not there any more. */
export const exportStates = ['waiting', 'running', 'done'] as const

export const exportView = z.object({
  id: z.string().describe('of the request, as GET /me/requests lists it'),
  state: z
    .enum(exportStates)
    .describe('waiting: others are made first; running: table by table; done: fetch its parts'),
  askedAt: instant,
  ahead: z.number().int().describe('copies of others that are made before it'),
  tablesDone: z.number().int(),
  tablesTotal: z.number().int(),
  rows: z.number().int().describe('in it so far'),
  parts: z.number().int().describe('how many parts the archive is fetched in; 0 until it is done'),
  fileName: z.string(),
  expiresAt: instant
    .nullable()
    .describe('when it goes by itself: the policy’s period for `rights.export`; null: never'),
})

const tag = 'Your data'

/** A person's copy of everything about them: asked for, made by a job, fetched in parts, and gone after its period. */
export const exportEndpoints = {
  askExport: endpoint({
    id: 'rights.askExport',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/me/export',
    tag,
    summary: 'Ask for a copy of everything about you, as an archive',
    description:
      'It is made in the background, also over a restart of the server, and waits sealed under your key until `expiresAt`. There is one copy at a time: a new one takes the place of the one before.',
    access: person,
    body: z.object({}),
    status: 202,
    response: exportView,
    errors: ['not_signed_in', 'conflict', 'rate_limited'],
  }),
  showExport: endpoint({
    id: 'rights.showExport',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/export',
    tag,
    summary: 'Your copy: how far it is, and until when it waits for you',
    access: person,
    status: 200,
    response: z.object({ export: exportView.nullable().describe('null: there is none') }),
    errors: ['not_signed_in'],
  }),
  exportPart: endpoint({
    id: 'rights.exportPart',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/me/export/{exportId}/parts/{part}',
    tag,
    summary: 'One part of your copy',
    description:
      'Decode every part, from 0 on, and put them one after the other: that is the tar.gz, with `manifest.json` and one file of JSON Lines for each table. Secrets are left out, and the manifest says so.',
    access: person,
    params: z.object({ exportId: z.string().max(60), part: z.string().max(20).describe('its number, from 0 on') }),
    status: 200,
    response: z.object({ part: z.number().int(), parts: z.number().int(), content: z.string().describe('base64') }),
    errors: ['not_signed_in', 'not_found', 'conflict'],
  }),
  removeExport: endpoint({
    id: 'rights.removeExport',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/me/export',
    tag,
    summary: 'Delete your copy, or stop it being made',
    access: person,
    status: 204,
    errors: ['not_signed_in', 'not_found'],
  }),
} as const
