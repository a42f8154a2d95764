import { and, asc, eq } from 'drizzle-orm'
import { newerThan, type Tx } from '../../../platform/db/index.ts'
import { openRows, type Vault } from '../../../platform/vault/index.ts'
import type { PageWanted } from '../organisations/organisation-store.ts'
import { project } from '../tables.ts'

type StoredRow = typeof project.$inferSelect

/** A project with its name opened, which is sealed for its organisation. */
export type ProjectRow = Omit<StoredRow, 'sealedName' | 'nameIndex'> & { readonly name: string }

const table = 'project'

const openAll = async (tx: Tx, vault: Vault, rows: readonly StoredRow[]): Promise<ProjectRow[]> => {
  const opened = await openRows(tx, vault, table, rows, ({ id, organisationId, sealedName }) => ({
    subject: organisationId,
    row: id,
    fields: { name: ['sealed_name', sealedName] },
  }))
  return opened.map(({ row: { sealedName: _sealed, nameIndex: _index, ...rest }, plain }) => ({ ...rest, ...plain }))
}

/** By which a name is found again in its organisation; names differ by more than their case. */
export const projectNameIndex = (vault: Pick<Vault, 'blindIndex'>, organisationId: string, name: string): string =>
  vault.blindIndex('project-name', `${organisationId}\0${name.toLowerCase()}`)

const sealName = async (
  vault: Vault,
  { id, organisationId }: Pick<ProjectRow, 'id' | 'organisationId'>,
  name: string,
) => ({
  sealedName: await vault.sealFor(organisationId, { table, column: 'sealed_name', row: id }, name),
  nameIndex: projectNameIndex(vault, organisationId, name),
})

/** @returns false when the organisation has a project of this name */
export const insertProject = async (tx: Tx, vault: Vault, { name, ...row }: ProjectRow): Promise<boolean> => {
  const values = { ...row, ...(await sealName(vault, row, name)) }
  const made = await tx.insert(project).values(values).onConflictDoNothing().returning({ id: project.id })
  return made.length > 0
}

export const findProject = async (tx: Tx, vault: Vault, projectId: string): Promise<ProjectRow | undefined> => {
  const rows = await tx.select().from(project).where(eq(project.id, projectId))
  return (await openAll(tx, vault, rows))[0]
}

/** Whose a project is. @throws when there is none */
export const organisationOf = async (tx: Tx, projectId: string): Promise<string> => {
  const [row] = await tx.select({ id: project.organisationId }).from(project).where(eq(project.id, projectId))
  if (row === undefined) throw new Error('the project is not there')
  return row.id
}

/** @returns 'taken' when another project of the organisation has this name */
export const updateProjectName = async (
  tx: Tx,
  vault: Vault,
  projectId: string,
  name: string,
): Promise<ProjectRow | 'taken' | undefined> => {
  const found = await findProject(tx, vault, projectId)
  if (found === undefined) return undefined
  const sealed = await sealName(vault, found, name)
  try {
    await tx.transaction((inner) => inner.update(project).set(sealed).where(eq(project.id, projectId)))
    return { ...found, name }
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: unknown }).code === '23505' || isUniqueViolation(error.cause))

/** Oldest first, one more than the limit. */
export const listProjectsOf = async (
  tx: Tx,
  vault: Vault,
  organisationId: string,
  page: PageWanted,
): Promise<ProjectRow[]> => {
  const rows = await tx
    .select()
    .from(project)
    .where(and(eq(project.organisationId, organisationId), newerThan(project.createdAt, project.id, page.after)))
    .orderBy(asc(project.createdAt), asc(project.id))
    .limit(page.limit + 1)
  return openAll(tx, vault, rows)
}

/** All projects of an organisation, oldest first, without their names. */
export const projectsOf = (tx: Tx, organisationId: string): Promise<{ id: string }[]> =>
  tx
    .select({ id: project.id })
    .from(project)
    .where(eq(project.organisationId, organisationId))
    .orderBy(asc(project.createdAt), asc(project.id))
