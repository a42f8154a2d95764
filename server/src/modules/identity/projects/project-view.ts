import type { projectView } from '@avow/contract'
import type { z } from 'zod'
import type { ProjectRow } from './project-store.ts'

export const viewProject = (row: ProjectRow): z.input<typeof projectView> => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
})
