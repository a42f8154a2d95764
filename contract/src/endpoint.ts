import { z } from 'zod'
import type { ErrorCode } from './errors.ts'

/** Roles inside an organisation. `owner` may do everything; `billing` sees usage and bills only; `viewer` changes nothing. */
export const organisationRoles = ['owner', 'admin', 'member', 'billing', 'viewer'] as const
export type OrganisationRole = (typeof organisationRoles)[number]

/** Roles of the operator's own people, apart from any organisation. */
export const staffRoles = ['operator', 'privacy-officer', 'support'] as const
export type StaffRole = (typeof staffRoles)[number]

/**
 * Who may call an endpoint.
 * - `public`: anyone.
 * - `person`: any signed-in person, about themselves.
 * - `member`: a member of the organisation or project in the path, with one of the roles; anyone else gets 404.
 * - `staff`: the operator's people with one of the roles and a second factor in this session.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'person' }
  | {
      readonly kind: 'member'
      readonly of: 'organisation' | 'project'
      readonly roles: readonly OrganisationRole[]
    }
  | { readonly kind: 'staff'; readonly roles: readonly StaffRole[] }

/** Why an endpoint reads personal data: words of the policy language. The policy in force decides of each what it may read. */
export const readingPurposes = [
  'provide',
  'account',
  'billing',
  'security',
  'support',
  'communicate',
  'marketing',
  'analytics',
  'training',
  'legal',
] as const
export type ReadingPurpose = (typeof readingPurposes)[number]

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** One endpoint of the control plane, as data. `path` is below `/api/v1` with `{name}` parameters. */
export interface Endpoint {
  readonly id: string
  readonly method: Method
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** What it reads personal data for. A purpose that the policy in force lacks refuses the endpoint. */
  readonly readsFor: readonly [ReadingPurpose, ...ReadingPurpose[]]
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** For bodies that may be larger than others. */
  readonly bodyBytesMax?: number
  readonly status: 200 | 201 | 202 | 204
  /** Absent for 204. */
  readonly response?: z.ZodType
  readonly errors: readonly ErrorCode[]
  /** Fields of the response that are shown once and never stored, not even for an idempotent replay. */
  readonly shownOnce?: readonly string[]
}

/** Declares an endpoint; keeps its literal type. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition

export const open: Access = { kind: 'public' }
export const person: Access = { kind: 'person' }
export const memberOf = (of: 'organisation' | 'project', ...roles: OrganisationRole[]): Access => ({
  kind: 'member',
  of,
  roles: roles.length > 0 ? roles : organisationRoles,
})
export const staff = (...roles: StaffRole[]): Access => ({
  kind: 'staff',
  roles: roles.length > 0 ? roles : staffRoles,
})

/** An instant, UTC, ISO 8601 with milliseconds. */
export const instant = z.iso.datetime().describe('UTC instant, ISO 8601')

/** A country, as ISO 3166-1 alpha-2 writes it. */
export const country = z.string().regex(/^[A-Z]{2}$/, 'use the two capital letters of ISO 3166, such as DE')

/** Query of every list: `limit` rows from `cursor` (opaque, from the previous page). */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
})

/** A page of rows. `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })
