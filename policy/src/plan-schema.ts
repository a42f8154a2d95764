/** The shape of a deployment plan: what one organisation's agreement sets within, or beside, the operator's policy. */
import { z } from 'zod'
import { durationPattern } from './duration.ts'
import { retentionClasses } from './vocabulary.ts'

const duration = z
  .string()
  .regex(durationPattern)
  .describe('write an ISO 8601 duration such as P30D; a plan keeps nothing for ever')
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe('write a country as two capital letters (ISO 3166), such as DE')
const slug = z.string().regex(/^[a-z][a-z0-9-]*$/)

/** Whether the operator's staff may see the organisation's data to help it: as the policy says, or never. */
export const supportAccess = ['as-policy', 'never'] as const

/** Whether the organisation's projects may keep bodies of their calls: as the policy says, or never. */
const keptBodies = ['as-policy', 'never'] as const

export const planSchema = z
  .strictObject({
    plan: slug.max(60).describe('the name of the plan: small letters, digits and dashes'),
    agreement: z.string().min(1).max(200).describe('the agreement that it follows, such as its number'),
    retention: z
      .partialRecord(z.enum(retentionClasses), duration)
      .describe('how long rows of this organisation are kept, by class')
      .optional(),
    regions: z.array(country).min(1).describe('the only countries for its data and work').optional(),
    egress: z.array(slug).describe('the only recipients of the policy that may get its data; none with []').optional(),
    training: z
      .enum(['never', 'opt-in', 'written-approval'])
      .describe('whether its content may train a model')
      .optional(),
    support: z.enum(supportAccess).describe('whether staff may see its data to help it').optional(),
    bodies: z.enum(keptBodies).describe('whether its projects may keep bodies of their calls').optional(),
    differs: z
      .array(z.string().max(80))
      .describe('settings that the agreement makes otherwise than the policy without being stricter, such as regions')
      .optional(),
  })
  .describe('A deployment plan')

export type PlanSource = z.infer<typeof planSchema>
