import { randomBytes } from 'node:crypto'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import type { ProbePerson } from '../probe-people.ts'
import { type ProbeRights, searchEverywhere, withRights } from '../probe-rights.ts'
import { exportFiles, makeArchive } from '../rights/index.ts'
import { isData, known } from './subject-copies.ts'

type Files = Awaited<ReturnType<typeof exportFiles>>

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
      if (!isData(table)) continue
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

/** Exports a probe person, compares the files with a search of every table, and takes them in for somebody new. */
export const portableExport: Check<'portable-export'> = {
  name: 'portable-export',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const names = await settle(world, person)
      const files = await exportFiles(world.rights, world.tx, person.personId)
      const { violations, rows, looked } = await missing(world, system, person, files)
      const taken = await tryImport(world, files, names)
      const figure = `${count(rows, 'row')} of the probe person exported, taken in again with ${names.length} names; 4 damaged archives offered`
      return finding(looked, [...violations, ...taken], figure)
    }),
}
