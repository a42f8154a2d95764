import type { RetentionClass } from '@avow/policy'
import { eq, type SQL, sql } from 'drizzle-orm'
import { deploymentPlan, type MappedColumn, type PlanSettings, type Tx } from '../db/index.ts'
import { isSubjectsBy, tablesOf } from './subject-rows.ts'

/** A period that plans give a class, and whose plans they are. */
export interface PlannedPeriod {
  /** ISO 8601. */
  readonly period: string
  readonly organisationIds: readonly string[]
}

/** What an organisation's plan sets; null without one. */
export const findPlan = async (tx: Tx, organisationId: string): Promise<PlanSettings | null> => {
  const [row] = await tx
    .select({ settings: deploymentPlan.settings })
    .from(deploymentPlan)
    .where(eq(deploymentPlan.organisationId, organisationId))
  return row?.settings ?? null
}

/** The periods of plans for one class; empty where no plan says anything of it. */
export const findPlannedPeriods = async (tx: Tx, name: RetentionClass): Promise<PlannedPeriod[]> => {
  const { rows } = await tx.execute<{ period: string; ids: string[] }>(
    sql`select settings -> 'retention' ->> ${name} as period, array_agg(organisation_id) as ids from deployment_plan where settings -> 'retention' ->> ${name} is not null group by 1 order by 1`,
  )
  return rows.map(({ period, ids }) => ({ period, organisationIds: ids }))
}

/** Organisations whose plan lets no bodies of their calls be kept. */
export const findBodiless = async (tx: Tx): Promise<string[]> => {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select organisation_id as id from deployment_plan where settings ->> 'bodies' = 'never'`,
  )
  return rows.map(({ id }) => id)
}

/**
 * Rows of a table that are those organisations'; null when the table has none that are an organisation's.
 * @param name the table, or one of its partitions
 */
export const isOrganisations = (
  map: readonly MappedColumn[],
  table: string,
  organisationIds: readonly string[],
  name = table,
): SQL | null => {
  const tables = tablesOf(map)
  const links = (tables.get(table)?.links ?? []).filter((link) => 'through' in link || link.of === 'organisation')
  if (links.length === 0) return null
  const subject = { personId: '', addresses: [], organisationIds, until: new Date(0) }
  const theirs = links.map((link) => sql`(${isSubjectsBy(tables, name, link, subject)})`)
  return sql`(${sql.join(theirs, sql` or `)})`
}

/**
 * Those of these addresses, by their keyed hashes, that staff are not to see anything of: of a member of an organisation, or of
 * somebody invited to it, whose plan says so.
 */
export const findUnsupported = async (tx: Tx, addresses: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await tx.execute<{ address: string }>(sql`
    with closed as (select organisation_id from deployment_plan where settings ->> 'support' = 'never')
    select p.email_index as address from closed c join membership m using (organisation_id) join person p on p.id = m.person_id
      where p.email_index = any (${sql.param([...addresses])}::text[])
    union
    select i.email_index from closed c join invitation i using (organisation_id)
      where i.state = 'pending' and i.email_index = any (${sql.param([...addresses])}::text[])`)
  return new Set(rows.map(({ address }) => address))
}
