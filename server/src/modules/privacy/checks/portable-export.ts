import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import type { ProbePerson } from '../probe-people.ts'
import { type ProbeRights, searchEverywhere, takeOut, withRights } from '../probe-rights.ts'
import { type ArchiveFile, makeArchive, unpackArchive } from '../rights/index.ts'
import { isData, known } from './subject-copies.ts'

type Files = readonly ArchiveFile[]

/** Copies are in no copy. */
const isExported = (table: string): boolean => isData(table) && table !== 'export_part'

const canary = (): string => `Probe ${randomBytes(6).toString('hex')}`

/** A person with names of their own choice, as a new one elsewhere would not have them. */
const settle = async (world: ProbeRights, person: ProbePerson): Promise<string[]> => {
  const [name, organisation, project] = [canary(), canary(), canary()]
  const { token, organisationId } = person
  await world.request('PATCH', '/me', { token, body: { name } })
  await world.request('PATCH', `/organisations/${organisationId}`, { token, body: { name: organisation } })
  await world.request('POST', `/organisations/${organisationId}/projects`, { token, body: { name: project } })
  return [name, organisation, project]
}

/** What the files lack of what a search of the live database finds. */
const missing = async (world: ProbeRights, system: CheckedSystem, person: ProbePerson, files: Files) => {
  const linesOf = (name: string): string[] => {
    const text = files.find((file) => file.name === name)?.content.toString('utf8') ?? ''
    return text === '' ? [] : text.trimEnd().split('\n')
  }
  const violations: string[] = []
  let [rows, looked] = [0, 0]
  for (const name of known(person)) {
    for (const [table, wanted] of (await searchEverywhere(world.tx, system, name)).found) {
      if (!isExported(table)) continue
      looked += 1
      const exported = linesOf(`data/${table}.jsonl`).filter((line) => line.includes(name)).length
      rows += exported
      if (exported < wanted) violations.push(`the export has ${exported} of ${wanted} rows of ${table}`)
    }
  }
  const all = files.flatMap((file) => (file.name.endsWith('.jsonl') ? linesOf(file.name) : []))
  if (all.some((line) => /"(password|token|secret)_hash":/.test(line))) violations.push('the export holds secrets')
  if (!all.every((line) => typeof JSON.parse(line) === 'object')) violations.push('a line of the export is no object')
  return { violations, rows, looked }
}

const bring = (world: ProbeRights, { token }: ProbePerson, archive: Buffer) =>
  world.request('POST', '/me/import', { token, body: { archive: archive.toString('base64') } })

/** Everything that somebody new has and can see of their account. */
const seenOf = async (world: ProbeRights, { token }: ProbePerson): Promise<string> => {
  const me = (await world.request('GET', '/me', { token })).body as { organisations?: { id: string }[] }
  const projects: unknown[] = []
  for (const { id } of me.organisations ?? [])
    projects.push((await world.request('GET', `/organisations/${id}/projects`, { token })).body)
  return JSON.stringify([me, projects])
}

/** Brings the archive to a new person, as another cloud would take it in; damaged ones must be refused. */
const tryImport = async (world: ProbeRights, files: Files, names: readonly string[]): Promise<string[]> => {
  const at = world.rights.clock.now()
  const whole = makeArchive(files, at)
  const edited = files.map((one) =>
    one.name === 'data/person.jsonl'
      ? { ...one, content: Buffer.from(one.content.toString().replace('Probe', 'Other')) }
      : one,
  )
  const wrong = [
    ['cut off', whole.subarray(0, whole.length / 2)],
    ['edited', makeArchive(edited, at)],
    [
      'that leads out of its folder',
      makeArchive([...files, { name: '../person.jsonl', content: Buffer.from('') }], at),
    ],
    ['without its manifest', makeArchive(files.slice(1), at)],
  ] as const
  const newcomer = await world.join()
  const violations: string[] = []
  for (const [how, archive] of wrong)
    if ((await bring(world, newcomer, archive)).code !== 'archive_invalid')
      violations.push(`an archive ${how} was taken in`)
  const answer = await bring(world, newcomer, whole)
  if (answer.status !== 200) return [...violations, `an export cannot be taken in again: ${answer.code}`]
  const seen = await seenOf(world, newcomer)
  const told = JSON.stringify(answer.body)
  return [
    ...violations,
    ...names.filter((name) => !seen.includes(name)).map(() => 'a name did not arrive where the export was taken in'),
    ...files
      .flatMap(({ name }) => /^data\/(\w+)\.jsonl$/.exec(name)?.[1] ?? [])
      .filter((table) => !['organisation', 'project'].includes(table) && !told.includes(`"${table}"`))
      .map((table) => `nothing is said of ${table} where the export was taken in`),
  ]
}

/** What is kept of a copy: sealed, for nobody else, and no longer than the policy says. */
const tryKeeping = async (
  { tx, request, join }: ProbeRights,
  { policy }: CheckedSystem,
  { token }: ProbePerson,
  id: string,
  names: readonly string[],
): Promise<string[]> => {
  const violations: string[] = []
  for (const name of names) {
    const { rows } = await tx.execute(
      sql`select 1 from export_part where export_id = ${id} and position(convert_to(${name}, 'UTF8') in sealed_content) > 0`,
    )
    if (rows.length > 0) violations.push('a copy lies in the database as it is read')
  }
  const fetchAs = async (session: string | undefined) =>
    (await request('GET', `/me/export/${id}/parts/0`, session === undefined ? {} : { token: session })).status
  if ((await fetchAs(token)) !== 200) violations.push('the probe person cannot fetch their copy again')
  if ((await fetchAs(undefined)) !== 401) violations.push('a copy is handed out to a stranger')
  if ((await fetchAs((await join()).token)) !== 404) violations.push('a copy is handed out to another person')
  const period = policy.retention('rights.export')?.period ?? 'forever'
  if (period === 'forever') return violations
  await tx.execute(
    sql`update data_export set begun_at = begun_at - ${period.text}::interval - interval '1 minute' where id = ${id}`,
  )
  if ((await fetchAs(token)) !== 404) violations.push('a copy is handed out after its time')
  return violations
}

/** Has a copy made for a probe person, compares it with a search of every table, and takes it in for somebody new. */
export const portableExport: Check<'portable-export'> = {
  name: 'portable-export',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const names = await settle(world, person)
      const copy = await takeOut(world, world.rights, person.token)
      if (copy === null) return finding(1, ['a copy that was asked for is not made'], 'no copy')
      const files = unpackArchive(copy.archive)
      const { violations, rows, looked } = await missing(world, system, person, files)
      const taken = await tryImport(world, files, names)
      const kept = await tryKeeping(world, system, person, copy.id, names)
      const figure = `${count(rows, 'row')} of the probe person exported, taken in again with ${names.length} names; 4 damaged archives offered; the copy is sealed, refused to 2 others and past its time`
      return finding(looked, [...violations, ...taken, ...kept], figure)
    }),
}
