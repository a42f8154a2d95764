import { z } from 'zod'
import { instant } from './endpoint.ts'

/** Record of processing activities (GDPR, Art. 30(1)), made from the data map and the policy. */
export const processingRecordView = z.object({
  madeAt: instant,
  policy: z.object({ id: z.string(), version: z.string(), hash: z.string() }),
  controller: z.object({
    name: z.string(),
    country: z.string().nullable(),
    address: z.string().nullable(),
    contacts: z.array(z.object({ role: z.string(), reach: z.string() })),
  }),
  activities: z.array(
    z.object({
      purpose: z.string(),
      label: z.string(),
      basis: z.string().nullable().describe('legal basis (Art. 6); null is a gap'),
      consent: z.string().nullable(),
      categories: z.array(
        z.object({
          category: z.string(),
          label: z.string(),
          fields: z.array(z.string()),
          sources: z.array(z.string()),
          subjects: z.array(z.string()).describe('whose data it is'),
          retention: z.array(z.string()).describe('class: period, as the policy says'),
          columns: z.array(z.string()).describe('where it stands, as table.column'),
        }),
      ),
      recipients: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          role: z.string(),
          country: z.string().nullable(),
          safeguard: z.string().nullable(),
        }),
      ),
    }),
  ),
  transfers: z.array(z.object({ to: z.string(), for: z.string(), safeguard: z.string() })),
  security: z.array(z.string()).describe('measures (Art. 32) that the policy promises'),
  gaps: z.array(z.string()).describe('columns about which the record says nothing; empty when it is complete'),
})
