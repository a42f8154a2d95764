import { startMockUpstream } from '../mock-upstream.ts'
import { ok } from '../people.ts'
import { startAvow } from '../start-avow.ts'
import { plantCanaries } from './plant-canaries.ts'
import { sabotages } from './sabotages/index.ts'
import { startSabotaged } from './start-sabotaged.ts'
import { accountStories } from './stories/accounts.ts'
import { contentStories } from './stories/content.ts'
import { pageStories } from './stories/pages.ts'
import { planStories } from './stories/plans.ts'
import { rightsStories } from './stories/rights.ts'
import { tenantStories } from './stories/tenants.ts'
import { timeStories } from './stories/time.ts'
import { trainingStories } from './stories/training.ts'
import type { Story, World } from './story.ts'
import { kindsOf, type ReportedClause, verify } from './verify.ts'

/** In this order: what takes the person away comes last. */
const stories: readonly Story[] = [
  ...pageStories,
  ...accountStories,
  ...tenantStories,
  ...contentStories,
  ...trainingStories,
  ...planStories,
  ...rightsStories,
  ...timeStories,
]

/** One line of the table: a clause, how it stands, and what was done about it from outside. */
export interface DrivenClause extends ReportedClause {
  readonly did: readonly string[]
  /** Kinds of its rules that no story exercises. */
  readonly idle: readonly string[]
  /** How the server was sabotaged against it, and what its state was then. */
  readonly sabotage: readonly string[]
  readonly sabotaged: readonly string[]
}

const isGood = ({ state }: ReportedClause): boolean => state === 'kept'

const driveStories = async (world: World): Promise<ReadonlyMap<Story, string>> => {
  const told = new Map<Story, string>()
  for (const story of stories) {
    const figure = await story.run(world).catch((error: unknown) => {
      throw new Error(`${story.does}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
    told.set(story, figure)
  }
  return told
}

/** The states of all clauses on servers that break their promises, one server for each group of sabotages. */
const driveSabotages = async (policy: string, kinds: ReadonlySet<string>): Promise<Map<string, ReportedClause[]>> => {
  const chosen = Object.entries(sabotages).filter(([kind]) => kinds.has(kind))
  const groups = [...new Set(chosen.map(([, { group }]) => group ?? ''))]
  const reports = new Map<string, ReportedClause[]>()
  for (const group of groups) {
    const together = chosen.flatMap(([, one]) => ((one.group ?? '') === group ? [one] : []))
    await using avow = await startSabotaged(together, { env: { AVOW_POLICY: policy, AVOW_ENGINE: 'off' } })
    reports.set(group, await verify(avow))
  }
  return reports
}

/** Drives a fresh server under a policy from outside, then servers that are sabotaged against each kept clause. */
export const drivePolicy = async (policy: string): Promise<DrivenClause[]> => {
  await using mock = await startMockUpstream()
  await using avow = await startAvow({ env: { AVOW_POLICY: policy, AVOW_ENGINE: 'off', AVOW_LOG_LEVEL: 'trace' } })
  const prices = { promptMicrosPerMillionTokens: '1000000', completionMicrosPerMillionTokens: '2000000' }
  await ok(avow.api().POST('/api/v1/operate/models', { body: { id: 'mock', upstream: mock.url, ...prices } }))
  const before = await verify(avow)
  const world = { avow, mock, policy, leaving: await plantCanaries(avow), staying: await plantCanaries(avow) }
  const told = await driveStories(world)
  const after = await verify(avow)
  const broken = after.filter(({ state }) => state === 'broken')
  if (broken.length > 0)
    throw new Error(`after all of it: ${broken.map(({ id, reason }) => `${id} ${reason}`).join('; ')}`)
  const kinds = new Set(before.filter(isGood).flatMap(kindsOf))
  const sabotaged = await driveSabotages(policy, kinds)
  return before.map((clause) => {
    const own = kindsOf(clause)
    const mine = stories.filter((story) => story.kinds.some((kind) => own.includes(kind)))
    return {
      ...clause,
      did: mine.map((story) => `${story.does}: ${told.get(story)}`),
      idle: own.filter((kind) => !stories.some((story) => story.kinds.includes(kind))),
      sabotage: own.flatMap((kind) => sabotages[kind]?.how ?? []),
      sabotaged: own.flatMap((kind) => {
        const report = sabotaged.get(sabotages[kind]?.group ?? '')
        return report?.find(({ id }) => id === clause.id)?.state ?? []
      }),
    }
  })
}
