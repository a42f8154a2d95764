import { openaiClient } from '../../inference.ts'
import { ok } from '../../people.ts'
import { change, gates, identity, server } from '../change-source.ts'
import type { Sabotage, SabotagedWorld } from '../sabotage.ts'
import { until } from '../story.ts'

/** A call that is in the books. */
const callAModel = async ({ avow, mock }: SabotagedWorld): Promise<void> => {
  const prices = { promptMicrosPerMillionTokens: '1000000', completionMicrosPerMillionTokens: '2000000' }
  await ok(avow.api().POST('/api/v1/operate/models', { body: { id: 'mock', upstream: mock.url, ...prices } }))
  const messages = [{ role: 'user' as const, content: 'hello' }]
  await openaiClient(avow, avow.apiKey).chat.completions.create({ model: 'mock', messages })
  const path = { projectId: avow.firstRun.project.id }
  const query = { since: '2020-01-01T00:00:00Z' }
  const usage = () => ok(avow.api().GET('/api/v1/projects/{projectId}/usage', { params: { path, query } }))
  await until(async () => (await usage()).totals.requests > 0, 15, 'the call is not in the books')
}

/** Ways to break what is promised about what is held, for how long, and how it is protected. */
export const dataSabotages: Readonly<Record<string, Sabotage>> = {
  'declared-data-only': {
    how: 'the comparison of catalogue and map finds nothing',
    changes: [
      change(
        `${server}/platform/db/check-catalogue.ts`,
        'undeclared: [...live].filter((name) => !declared.has(name))',
        'undeclared: []',
      ),
    ],
  },
  collect: {
    how: 'every column is used for advertising too',
    changes: [
      change(
        `${server}/platform/db/table.ts`,
        'purposes: own.purposes ?? notes.note.purposes,',
        "purposes: own.category === 'system' ? [] : [...(own.purposes ?? notes.note.purposes), 'advertising' as never],",
      ),
    ],
  },
  'purposes-only': {
    how: 'the purpose gate lets everything through',
    changes: [change(`${gates}/purpose.ts`, "category === 'system' ||", 'category !== undefined ||')],
  },
  'never-hold': {
    how: 'nobody looks at what people write',
    changes: [
      change(`${gates}/unwanted-content.ts`, 'if (kinds.size === 0) return\n', 'if (kinds.size >= 0) return\n'),
    ],
  },
  'records-exact': {
    how: 'requests and calls are recorded with where they went for the program that made them',
    changes: [
      change(
        `${server}/platform/http/create-api.ts`,
        "request.headers['user-agent']?.slice",
        'request.headers.host?.slice',
      ),
      change(
        `${server}/modules/inference/gateway/create-gateway.ts`,
        "headerOf(req, 'user-agent')",
        "headerOf(req, 'host')",
      ),
    ],
  },
  'usage-metered': {
    how: 'each call is booked with a token more than it took',
    changes: [
      change(
        `${server}/modules/billing/copy-usage.ts`,
        'sums.map((sum) => sum.completionTokens)',
        'sums.map((sum) => sum.completionTokens + 1)',
      ),
    ],
    prepare: callAModel,
  },
  'processing-record': {
    how: 'the record leaves out a purpose',
    changes: [
      change(
        `${server}/modules/privacy/processing-record.ts`,
        'activities: purposes.map(',
        "activities: purposes.filter((purpose) => purpose !== 'security').map(",
      ),
    ],
  },
  retain: {
    how: 'the retention gate finds also what is not due',
    changes: [
      change(
        `${gates}/retention.ts`,
        'const removable = await isRemovable(all, deps, of, deps.clock.now())',
        'const removable = await isRemovable(all, deps, of, new Date(deps.clock.nowMs() + 1e13))',
      ),
    ],
    group: 'retention',
  },
  'retention-runs': {
    how: 'the sweep leaves out a table',
    changes: [
      change(
        `${server}/modules/privacy/jobs.ts`,
        'for (const of of gate.tables) {',
        'for (const of of gate.tables.slice(2)) {',
      ),
    ],
  },
  'plans-narrow': {
    how: 'nobody looks at the periods of plans, nor whom else they bind',
    changes: [
      change(
        `${gates}/plans.ts`,
        'return rows.map(({ period, ids }) =>',
        'return rows.slice(rows.length).map(({ period, ids }) =>',
      ),
      change(`${gates}/plans.ts`, 'return row?.settings ?? null', 'return null'),
    ],
  },
  'training-approval': {
    how: 'any approval lets anything train',
    changes: [
      change(
        `${gates}/judge-training.ts`,
        'const { policy, planned, approvals, said, now } = scene',
        'return { allowed: true, by: [...scene.approvals] }',
      ),
    ],
  },
  'training-consent-kept': {
    how: 'an approval that was withdrawn counts on',
    changes: [
      change(
        `${gates}/judge-training.ts`,
        'givenAt <= now && (endsAt === null || endsAt > now)',
        'givenAt <= now || endsAt === null',
      ),
    ],
  },
  serves: {
    how: 'the gateway knows no operation, and its description names no path',
    changes: [
      change(`${server}/modules/inference/gateway/operation.ts`, 'byPath.get(path)', 'byPath.get(path.slice(1))'),
      change('contract/src/openapi.ts', '    paths,\n', '    paths: {},\n'),
    ],
    group: 'offers',
  },
  'bodies-stored': {
    how: 'the books have a column for prompts, and nobody hears `store: false`',
    changes: [
      change(
        `${server}/modules/billing/tables.ts`,
        "at: col(time('at').notNull(), usage),",
        "at: col(time('at').notNull(), 'content.inference'),",
      ),
      change(
        `${server}/modules/inference/gateway/create-gateway.ts`,
        'request.store === false ? null : this.#beginCapture(ready)',
        'this.#beginCapture(ready)',
      ),
    ],
  },
  'content-off-limits': {
    how: 'staff walk in at every project’s door, and bodies are in a column that nobody seals',
    changes: [
      change(
        `${identity}/authorise.ts`,
        "if (found === undefined) throw new Refusal('not_found')",
        "if (found === undefined && caller.staffActive) return caller\n      if (found === undefined) throw new Refusal('not_found')",
      ),
      change(`${server}/modules/inference/bodies/tables.ts`, "      sealedFor: 'organisation_id',\n", ''),
    ],
  },
  'limit-use': {
    how: 'what is limited serves any purpose',
    changes: [
      change(
        `${gates}/standing.ts`,
        "return isLimited && !despiteLimit(policy, purpose) ? 'limited' : null",
        'return isLimited ? null : null',
      ),
    ],
  },
  'call-records-bare': {
    how: 'records of calls have a column for prompts',
    changes: [
      change(
        `${server}/modules/billing/tables.ts`,
        "at: col(time('at').notNull(), usage),",
        "at: col(time('at').notNull(), 'content.inference'),",
      ),
    ],
  },
  'sealed-at-rest': {
    how: 'an id carries the name of its person in clear',
    changes: [
      change(
        `${identity}/people/verify-email.ts`,
        "const id = newId('per', clock)",
        "const id = newId('per', clock) + '-' + name.replace(/[^a-z0-9-]/gi, '')",
      ),
    ],
  },
  'logs-without-content': {
    how: 'a log line may hold any field',
    changes: [change(`${server}/platform/log/log.ts`, 'if (!Object.hasOwn(allowed, name)) continue', '')],
  },
  'backups-protected': {
    how: 'a restore does not repeat erasures',
    changes: [
      change(
        `${server}/modules/privacy/rights/replay-erasures.ts`,
        'export const replayErasures = async (rights: Rights): Promise<number> => {',
        'export const replayErasures = async (rights: Rights): Promise<number> => { if (rights !== undefined) return 0',
      ),
    ],
  },
}
