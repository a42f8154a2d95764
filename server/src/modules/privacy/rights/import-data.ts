import { contract, type importResult } from '@avow/contract'
import { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import type { ReadExport } from './read-archive.ts'
import { readArchive } from './read-archive.ts'
import type { Rights } from './rights.ts'

type Result = z.input<typeof importResult>

const organisationsMax = 50
const projectsMax = 200

const name = z.string().trim().min(1).max(120)
const personRow = z.object({ id: z.string(), sealed_name: name })
const organisationRow = z.object({
  id: z.string(),
  sealed_name: name,
  billing_country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
})
const projectRow = z.object({ organisation_id: z.string(), sealed_name: name })

/** Why rows of a table are not made anew. Any other table is a record of what was there, and stays one. */
const reasons: Readonly<Record<string, string>> = {
  api_key: 'secrets do not travel: make new keys',
  session: 'sessions belong to the cloud where they began',
  second_factor: 'set two-step sign-in up again here',
  consent_record: 'a consent is given to one operator: choose anew here',
  membership: 'you own the organisations that were made; invite others again',
  invitation: 'invite them again',
}
const record = 'a record of what was there: kept in your archive for reading'

const parseRows = <T>(read: ReadExport, table: string, schema: z.ZodType<T>): T[] =>
  (read.rows.get(table) ?? []).map((row) => {
    const parsed = schema.safeParse(row)
    if (parsed.success) return parsed.data
    const path = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new Refusal('archive_invalid', `A row of ${table} has no valid ${path}. Nothing was imported.`)
  })

/** What an export asks to make anew. */
const planOf = (read: ReadExport) => {
  const [person] = parseRows(read, 'person', personRow)
  const projects = parseRows(read, 'project', projectRow)
  const organisations = parseRows(read, 'organisation', organisationRow)
  if (organisations.length > organisationsMax || projects.length > projectsMax)
    throw new Refusal(
      'archive_invalid',
      `It has more than ${organisationsMax} organisations or ${projectsMax} projects. Nothing was imported.`,
    )
  return {
    name: person?.sealed_name ?? null,
    organisations: organisations.map(({ id, sealed_name, billing_country }) => ({
      name: sealed_name,
      billingCountry: billing_country,
      projects: projects.filter((one) => one.organisation_id === id).map((one) => one.sealed_name),
    })),
  }
}

const keptForReading = (read: ReadExport): Result['kept'] =>
  [...read.rows]
    .filter(([table]) => !['person', 'organisation', 'project'].includes(table))
    .map(([table, rows]) => ({ table, rows: rows.length, why: reasons[table] ?? record }))

/**
 * Makes anew what makes sense, and says of everything else why it does not. One transaction; repeating it adds nothing.
 * @param lookThrough refuses what this cloud holds of nobody
 */
export const importArchive = async (
  rights: Rights,
  tx: Tx,
  personId: string,
  archive: Buffer,
  lookThrough: (unpacked: unknown) => void,
): Promise<Result> => {
  const read = readArchive(archive)
  const plan = planOf(read)
  lookThrough(plan)
  const made = await rights.accounts.recreate(tx, personId, plan)
  const address = {
    table: 'person',
    rows: read.rows.get('person')?.length ?? 0,
    why: 'your address and password here stay as they are',
  }
  await recordDecision(tx, rights.clock, {
    gate: 'rights',
    decision: 'done',
    rule: 'export imported',
    counted: made.length,
  })
  return { madeAt: read.manifest.madeAt, made: [...made], kept: [address, ...keptForReading(read)] }
}

export const importRoute = (rights: Rights): Route =>
  route(contract.rights.importMe, ({ tx, caller, body, lookThrough }) =>
    importArchive(rights, tx, caller.personId, Buffer.from(body.archive, 'base64'), lookThrough),
  )
