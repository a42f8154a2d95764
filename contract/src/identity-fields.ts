import { z } from 'zod'
import { organisationRoles } from './endpoint.ts'

export const email = z.email().max(254)
export const password = z.string().min(1).max(256)
export const name = z.string().trim().min(1).max(120)
export const organisationRole = z.enum(organisationRoles)
export const organisationParams = z.object({ organisationId: z.string() })
export const projectParams = z.object({ projectId: z.string() })
