import { join } from 'node:path'
import type { RuleKind } from '@avow/policy'
import { startMockUpstream } from '../mock-upstream.ts'
import { ok } from '../people.ts'
import { newFolder, root, startAvow } from '../start-avow.ts'
import { driveSabotages, type Sabotaged } from './drive-sabotages.ts'
import { newCanary, plantCanaries } from './plant-canaries.ts'
import { type PolicyUnderTest, readPolicy } from './policy-under-test.ts'
import { sabotages } from './sabotages/index.ts'
import { lateStories, stories } from './stories/index.ts'
import type { Story, World } from './story.ts'
import { type ReportedClause, verify } from './verify.ts'

/** One line of the table: a clause, how it stands, and what was done about it from outside. */
export interface DrivenClause extends ReportedClause {
  readonly did: readonly string[]
  /** Kinds of its rules that no story exercises. */
  readonly idle: readonly string[]
  /** Kinds of its rules that no sabotage is for. */
  readonly unsabotaged: readonly string[]
  /** What became of each of its rules, and of it, on a server that was sabotaged against that rule. */
  readonly sabotaged: readonly { readonly rule: string; readonly how: string; readonly states: readonly string[] }[]
}

export interface DriveOptions {
  /** How many days later each start is; the retention gate takes no more than 31 at once for true. */
  readonly daysAhead?: readonly number[]
  /** Kinds of rules that are sabotaged; all without it. */
  readonly sabotage?: (kind: RuleKind) => boolean
}

const driveStories = async (world: World, wanted: readonly Story[]): Promise<ReadonlyMap<Story, string>> => {
  const told = new Map<Story, string>()
  const failed: string[] = []
  for (const story of wanted) {
    try {
      told.set(story, await story.run(world))
    } catch (error) {
      failed.push(`${story.does}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (failed.length > 0) throw new Error(failed.join('\n'))
  return told
}

const mustBreakNothing = (when: string, report: readonly ReportedClause[]): void => {
  const broken = report.filter(({ state }) => state === 'broken')
  if (broken.length > 0) throw new Error(`${when}: ${broken.map(({ id, reason }) => `${id} ${reason}`).join('; ')}`)
}

/** Drives a fresh server from outside. @returns the report after all was done and before time went on, and what was told */
const driveServer = async (tested: PolicyUnderTest, wanted: readonly Story[], daysAhead: readonly number[]) => {
  const connectionsFile = join(newFolder(), 'connections.txt')
  const preload = { NODE_OPTIONS: `--import ${join(root, 'conformance/src/record-connections.ts')}` }
  const env = { ...tested.env, ...preload, CONNECTIONS_FILE: connectionsFile, AVOW_LOG_LEVEL: 'trace' }
  await using mock = await startMockUpstream()
  await using avow = await startAvow({ env })
  const prices = { promptMicrosPerMillionTokens: '1000000', completionMicrosPerMillionTokens: '2000000' }
  const clear = newCanary()
  for (const id of ['mock', clear])
    await ok(avow.api().POST('/api/v1/operate/models', { body: { id, upstream: mock.url, ...prices } }))
  const [leaving, staying] = [await plantCanaries(avow), await plantCanaries(avow)]
  const world = { avow, mock, tested, leaving, staying, clear, connectionsFile, daysAhead, left: {} }
  const early = await driveStories(
    world,
    wanted.filter((story) => stories.includes(story)),
  )
  const report = await verify(avow)
  mustBreakNothing('after all of it', report)
  const late = await driveStories(
    world,
    wanted.filter((story) => lateStories.includes(story)),
  )
  if (late.size > 0) mustBreakNothing('months later', await verify(avow))
  return { report, told: new Map([...early, ...late]) }
}

const statesUnder = (id: string, found: Sabotaged): string[] => [
  found.state,
  ...(found.clauses.get(id) === 'broken' ? [] : [`${id} ${found.clauses.get(id)}`]),
]

/** Drives a fresh server under a policy from outside, then servers that are sabotaged against each of its rules. */
export const drivePolicy = async (
  name: string,
  { daysAhead = [29, 59, 89, 119], sabotage = () => true }: DriveOptions = {},
): Promise<DrivenClause[]> => {
  const tested = readPolicy(name)
  const { rules, clauses } = tested.policy
  const kinds = [...new Set(rules.map(({ kind }) => kind))]
  const wanted = [...stories, ...lateStories].filter((story) => story.kinds.some((kind) => kinds.includes(kind)))
  const { report, told } = await driveServer(tested, wanted, daysAhead)
  const sabotaged = await driveSabotages(tested, kinds.filter(sabotage))
  return report.map((clause) => {
    const own = clauses.find(({ id }) => id === clause.id)?.rules ?? []
    const mine = rules.filter(({ id }) => own.includes(id))
    const ownKinds = [...new Set(mine.map(({ kind }) => kind))]
    const exercising = wanted.filter((story) => story.kinds.some((kind) => ownKinds.includes(kind)))
    return {
      ...clause,
      did: exercising.map((story) => `${story.does}: ${told.get(story)}`),
      idle: ownKinds.filter((kind) => !wanted.some((story) => story.kinds.includes(kind))),
      unsabotaged: ownKinds.filter((kind) => sabotages[kind] === undefined),
      sabotaged: mine.flatMap((rule) => {
        const found = sabotaged.get(rule.id)
        return found === undefined ? [] : [{ rule: rule.id, how: found.how, states: statesUnder(clause.id, found) }]
      }),
    }
  })
}
