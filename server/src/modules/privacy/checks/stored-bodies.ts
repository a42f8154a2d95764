import { randomBytes } from 'node:crypto'
import type { MappedColumn } from '../../../platform/db/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type BodyScene, withBodies } from '../probe-bodies.ts'
import { searchInClear } from '../probe-rights.ts'
import { searchSealed } from '../search-sealed.ts'
import { searchCallRecords, unseen } from './bare-call-records.ts'

interface Way {
  readonly stream?: boolean
  readonly fault?: 'error' | 'cut'
  readonly asResponse?: boolean
}

const ends: readonly Way[] = [
  {},
  { stream: true },
  { fault: 'error' },
  { stream: true, fault: 'error' },
  { fault: 'cut' },
  { stream: true, fault: 'cut' },
]
/** Ways in which a call can go, as a chat and as a response. */
const ways: readonly Way[] = [...ends, ...ends.map((way) => ({ ...way, asResponse: true }))]

const silent = 'of a project that said nothing'

const nameOf = ({ stream = false, fault, asResponse = false }: Way): string =>
  `${stream ? 'streamed' : 'plain'} ${asResponse ? 'response' : 'call'} that ${fault === undefined ? 'ends well' : `ends with ${fault}`}`

/** Begins everything that is planted, so that one search finds any of it. */
const mark = 'avow-body-'

interface Planted {
  readonly text: string
  readonly words: string
  readonly isKept: boolean
}

const plant = (words: string, isKept: boolean): Planted => ({
  text: `${mark}${randomBytes(8).toString('hex')}`,
  words,
  isKept,
})

/** Calls in every way, each with a text that stands nowhere else. */
const callInEveryWay = async (
  { call }: BodyScene,
  of: BodyScene['person'],
  said: { readonly store?: boolean; readonly isKept: boolean; readonly when: string },
): Promise<Planted[]> => {
  const planted: Planted[] = []
  for (const way of ways) {
    const one = plant(`a ${nameOf(way)}, ${said.when}`, said.isKept)
    await call(of, one.text, { ...way, ...(said.store === undefined ? {} : { store: said.store }) })
    planted.push(one)
  }
  return planted
}

/** Where a text stands in clear; each by itself only once it is known that any does. */
const searchTables = async (scene: BodyScene, planted: readonly Planted[]): Promise<string[]> => {
  const { tx } = scene.world
  if ((await searchInClear(tx, mark)).found.size === 0) return []
  const violations: string[] = []
  for (const { text, words } of planted)
    for (const table of (await searchInClear(tx, text)).found.keys()) violations.push(`${words}: in clear in ${table}`)
  return violations
}

/** Which texts stand where they should not: in clear, in the log, or at all. */
const searchPlanted = async (
  system: CheckedSystem,
  scene: BodyScene,
  planted: readonly Planted[],
): Promise<string[]> => {
  const unwanted = planted.filter(({ isKept }) => !isKept)
  const kept = new Set<Planted>()
  const found = await searchSealed(scene.world.tx, system, (plain) => {
    const here = plain.includes(mark) ? unwanted.filter(({ text }) => plain.includes(text)) : []
    for (const one of here) kept.add(one)
    return here.length > 0
  })
  const logged = planted.filter(({ text }) => scene.logged().some((line) => line.includes(text)))
  return [
    ...(await searchTables(scene, planted)),
    ...[...kept].map(({ words }) => `${words}: kept in ${[...found.keys()].join(', ')}`),
    ...logged.map(({ words }) => `${words}: in the log`),
  ]
}

/** What its own people and others reach of it. */
const searchReaders = async ({ read, person, other }: BodyScene, planted: readonly Planted[]): Promise<string[]> => {
  const own = (await read(person, person)) ?? []
  const missing = planted.filter(({ text, isKept }) => isKept && !own.some((shown) => shown.includes(text)))
  return [
    ...missing.map(({ words }) => `${words}: its project cannot read it`),
    ...((await read(other, person)) === null ? [] : ['another project’s people may read it']),
  ]
}

/** Under a policy that lets projects keep bodies: what they say is done, and nothing else. */
const tryKeeping = async (system: CheckedSystem, scene: BodyScene) => {
  const { person, other, keep, settle } = scene
  const violations: string[] = []
  const planted: Planted[] = []
  const isDefault = system.policy.bodies === 'always'
  planted.push(...(await callInEveryWay(scene, other, { isKept: isDefault, when: silent })))
  if ((await keep(person, true)) !== null) violations.push('a project may not keep bodies')
  planted.push(...(await callInEveryWay(scene, person, { isKept: true, when: 'of a project that keeps bodies' })))
  const against = { store: false, isKept: false, when: 'with `store: false`' }
  planted.push(...(await callInEveryWay(scene, person, against)))
  await settle()
  const reached = await searchReaders(
    scene,
    planted.filter(({ words }) => !words.endsWith(silent)),
  )
  await keep(person, false)
  planted.push(...(await callInEveryWay(scene, person, { isKept: false, when: 'of a project that keeps no more' })))
  await settle()
  violations.push(...(await searchPlanted(system, scene, planted)), ...reached)
  const tooLong = await keep(person, true, 'P100Y')
  const { period } = system.policy.retention('inference.body') ?? { period: 'forever' }
  if (period !== 'forever' && tooLong !== 'policy_refused')
    violations.push('a project may keep bodies for a hundred years')
  return { planted, violations }
}

/** Under one that stores none: nobody can have them kept. */
const tryNever = async (system: CheckedSystem, scene: BodyScene) => {
  const { person, keep, settle } = scene
  const refusal = await keep(person, true)
  const violations = refusal === 'policy_refused' ? [] : [`keeping bodies is not refused: ${refusal ?? 'done'}`]
  const planted = await callInEveryWay(scene, person, { isKept: false, when: 'of a project that wants them kept' })
  await settle()
  return { planted, violations: [...violations, ...(await searchPlanted(system, scene, planted))] }
}

/** Columns for bodies in tables that may hold rows whatever the policy says. */
const bodyColumns = (map: readonly MappedColumn[]): string[] =>
  map
    .filter(({ category, onlyIfHeld }) => category === 'content.inference' && onlyIfHeld !== true)
    .map(({ table, column }) => `${table}.${column} is for prompts or outputs`)

/**
 * Two projects call models in every way that a call can go, through the real gateway: what they want kept is kept sealed,
 * for their own people; anything else is nowhere. Records of calls are looked through for content as well.
 */
export const storedBodies: Check<'bodies-stored'> = {
  name: 'stored-bodies',
  run: async (_rule, system) => {
    const { map, policy } = system
    const { planted, violations } = await withBodies(system, (scene) =>
      policy.bodies === 'never' ? tryNever(system, scene) : tryKeeping(system, scene),
    )
    const records = await searchCallRecords(system)
    const kept = planted.filter(({ isKept }) => isKept).length
    const figure = `${count(planted.length, 'call')} in ${ways.length} ways, ${kept} to be kept; ${count(records.looked, 'call record')}, ${records.violations.length} with content`
    return finding(
      records.tables.length === 0 ? 0 : planted.length + records.looked,
      [...bodyColumns(map), ...violations, ...records.violations],
      figure,
      unseen(records.tables),
    )
  },
}
