import { join } from 'node:path'
import type { RuleKind } from '@avow/policy'
import { startMockUpstream } from '../mock-upstream.ts'
import { ok } from '../people.ts'
import { newFolder, root, startAvow } from '../start-avow.ts'
import { driveSabotages, type Sabotaged } from './drive-sabotages.ts'
import { newCanary, plantCanaries } from './plant-canaries.ts'
import { type PolicyUnderTest, readPolicy } from './policy-under-test.ts'
import { lateStories, stories } from './stories/index.ts'
import type { Story, World } from './story.ts'
import { type ReportedClause, verify } from './verify.ts'

/** One line of the table: a clause, how it stands, and what was done about it from outside. */
export interface DrivenClause extends ReportedClause {
  readonly did: readonly string[]
  /** Kinds of its rules that no story exercises. */
  readonly idle: readonly string[]
  /** Rules of it that no sabotaged server was verified against. */
  readonly unsabotaged: readonly string[]
  /** What became of each of its rules, and of it, on a server that was sabotaged against that rule. */
  readonly sabotaged: readonly { readonly rule: string; readonly how: string; readonly states: readonly string[] }[]
}

/** A policy that was driven, clause by clause. */
export interface DrivenPolicy {
  readonly clauses: readonly DrivenClause[]
  /** Promises that did not show where somebody looked, and clauses that were broken by what was done, in words. */
  readonly failures: readonly string[]
}

export interface DriveOptions {
  /** How many days later each start is; the retention gate takes no more than 31 at once for true. */
  readonly daysAhead?: readonly number[]
  /** Kinds of rules that are exercised and sabotaged; all without it. */
  readonly kinds?: (kind: RuleKind) => boolean
  /** A server for each sabotage, so that none passes by the work of another: takes long. */
  readonly alone?: boolean
  /** Told of each thing as it is done. */
  readonly say?: (line: string) => void
}

interface Told {
  readonly did: Map<Story, string>
  readonly failures: string[]
}

const driveStories = async (world: World, wanted: readonly Story[], say: (line: string) => void): Promise<Told> => {
  const told: Told = { did: new Map(), failures: [] }
  for (const story of wanted) {
    try {
      told.did.set(story, await story.run(world))
      say(story.does)
    } catch (error) {
      const failure = `${story.does}: ${error instanceof Error ? error.message : String(error)}`
      told.failures.push(failure)
      say(`FAILED: ${failure}`)
    }
  }
  return told
}

const brokenIn = (when: string, report: readonly ReportedClause[]): string[] =>
  report.filter(({ state }) => state === 'broken').map(({ id, reason }) => `${when}, ${id} is broken: ${reason}`)

/** Drives a fresh server from outside. @returns the report after all was done and before time went on, and what was told */
const driveServer = async (
  tested: PolicyUnderTest,
  wanted: readonly Story[],
  { daysAhead, say }: Required<Pick<DriveOptions, 'daysAhead' | 'say'>>,
) => {
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
  say('a fresh server has two people who left canaries')
  const world = { avow, mock, tested, leaving, staying, clear, connectionsFile, daysAhead, left: {} }
  const drive = (of: readonly Story[]) =>
    driveStories(
      world,
      wanted.filter((story) => of.includes(story)),
      say,
    )
  const early = await drive(stories)
  const report = await verify(avow)
  say('verified')
  const late = await drive(lateStories)
  const later = late.did.size > 0 ? await verify(avow) : []
  return {
    report,
    did: new Map([...early.did, ...late.did]),
    failures: [
      ...early.failures,
      ...late.failures,
      ...brokenIn('after all of it', report),
      ...brokenIn('months later', later),
    ],
  }
}

const statesUnder = (id: string, found: Sabotaged): string[] => [
  found.state,
  ...(found.clauses.get(id) === 'broken' ? [] : [`${id} ${found.clauses.get(id)}`]),
]

/** Drives a fresh server under a policy from outside, then servers that are sabotaged against each of its rules. */
export const drivePolicy = async (
  name: string,
  {
    daysAhead = [29, 59, 89, 119],
    kinds: isWanted = () => true,
    alone = false,
    say = () => undefined,
  }: DriveOptions = {},
): Promise<DrivenPolicy> => {
  const tested = readPolicy(name)
  const { rules, clauses } = tested.policy
  const kinds = [...new Set(rules.map(({ kind }) => kind))].filter(isWanted)
  const wanted = [...stories, ...lateStories].filter((story) => story.kinds.some((kind) => kinds.includes(kind)))
  const { report, did, failures } = await driveServer(tested, wanted, { daysAhead, say })
  const sabotaged = await driveSabotages(tested, kinds, { alone, say })
  const driven = report.map((clause): DrivenClause => {
    const own = clauses.find(({ id }) => id === clause.id)?.rules ?? []
    const mine = rules.filter(({ id, kind }) => own.includes(id) && kinds.includes(kind))
    const ownKinds = [...new Set(mine.map(({ kind }) => kind))]
    const exercising = wanted.filter((story) => story.kinds.some((kind) => ownKinds.includes(kind)))
    return {
      ...clause,
      did: exercising.flatMap((story) => (did.has(story) ? [`${story.does}: ${did.get(story)}`] : [])),
      idle: ownKinds.filter((kind) => !wanted.some((story) => story.kinds.includes(kind))),
      unsabotaged: mine.filter(({ id }) => !sabotaged.has(id)).map(({ id }) => id),
      sabotaged: mine.flatMap((rule) => {
        const found = sabotaged.get(rule.id)
        return found === undefined ? [] : [{ rule: rule.id, how: found.how, states: statesUnder(clause.id, found) }]
      }),
    }
  })
  return { clauses: driven, failures }
}
