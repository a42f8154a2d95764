import { and, asc, eq } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import type { PageWanted } from '../organisations/organisation-store.ts'
import { newerThan } from '../page-position.ts'
import { project } from '../tables.ts'

export type ProjectRow = typeof project.$inferSelect

/** @returns false when the organisation has a project of this name */
export const insertProject = async (tx: Tx, row: ProjectRow): Promise<boolean> => {
  const made = await tx.insert(project).values(row).onConflictDoNothing().returning({ id: project.id })
  return made.length > 0
}

export const findProject = async (tx: Tx, projectId: string): Promise<ProjectRow | undefined> => {
  const [row] = await tx.select().from(project).where(eq(project.id, projectId))
  return row
}

/** @returns 'taken' when another project of the organisation has this name */
export const updateProjectName = async (
  tx: Tx,
  projectId: string,
  name: string,
): Promise<ProjectRow | 'taken' | undefined> => {
  try {
    const [row] = await tx.transaction((inner) =>
      inner.update(project).set({ name }).where(eq(project.id, projectId)).returning(),
    )
    return row
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: unknown }).code === '23505' || isUniqueViolation(error.cause))

/** Oldest first, one more than the limit. */
export const listProjectsOf = (tx: Tx, organisationId: string, page: PageWanted): Promise<ProjectRow[]> =>
  tx
    .select()
    .from(project)
    .where(and(eq(project.organisationId, organisationId), newerThan(project.createdAt, project.id, page.after)))
    .orderBy(asc(project.createdAt), asc(project.id))
    .limit(page.limit + 1)

/** All projects of an organisation, oldest first. */
export const projectsOf = (tx: Tx, organisationId: string): Promise<ProjectRow[]> =>
  tx
    .select()
    .from(project)
    .where(eq(project.organisationId, organisationId))
    .orderBy(asc(project.createdAt), asc(project.id))
