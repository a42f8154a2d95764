import { randomBytes } from 'node:crypto'
import type { RuleArgument } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { probeAddress, type Visit } from '../../../platform/http/index.ts'
import { type Check, type CheckedSystem, count, type Finding, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'
import { checkCalls } from './call-records.ts'

type RecordKind = RuleArgument<'records-exact'>

/** Where a kind of record stands, and which columns a policy means by each word. */
interface RecordTable {
  readonly table: string
  readonly words: Readonly<Record<string, readonly string[]>>
  /** Columns that are empty where the policy does not list their word; whether they are is looked at in the rows. */
  readonly emptyUnlessListed?: readonly string[]
}

const recordTables: { readonly [K in RecordKind]?: RecordTable } = {
  access: {
    table: 'access_log',
    words: {
      'IP address': ['sealed_ip_address'],
      time: ['at'],
      'user agent': ['sealed_user_agent'],
      endpoint: ['endpoint'],
      account: ['person_id'],
    },
  },
  calls: {
    table: 'usage_event',
    words: {
      'IP address': ['sealed_ip_address'],
      'user agent': ['sealed_user_agent'],
      time: ['at'],
      model: ['model', 'served', 'provider'],
      'token counts': ['prompt_tokens', 'completion_tokens', 'estimated'],
      duration: ['duration_ms', 'first_byte_ms'],
      outcome: ['outcome', 'status', 'stream'],
      price: ['currency', 'prompt_micros_per_million', 'completion_micros_per_million', 'cost_micros'],
      'key and project': ['key_id', 'project_id', 'organisation_id'],
    },
    emptyUnlessListed: ['sealed_ip_address', 'sealed_user_agent'],
  },
}

/** A record's own name, by which nothing about anyone is known. */
const nameColumn = 'id'

const columnsOf = async ({ database }: CheckedSystem, table: string): Promise<string[]> => {
  const { rows } = await database.direct.execute<{ column_name: string }>(
    sql`select column_name from information_schema.columns where table_schema = 'public' and table_name = ${table} order by ordinal_position`,
  )
  return rows.map(({ column_name }) => column_name)
}

interface Fields {
  readonly looked: number
  readonly violations: readonly string[]
  readonly unseen: readonly string[]
}

/** Compares the live columns of a record with the words of the policy. */
const compareFields = async (
  system: CheckedSystem,
  { table, words, emptyUnlessListed = [] }: RecordTable,
  listed: readonly string[],
): Promise<Fields> => {
  const live = await columnsOf(system, table)
  const promised = new Set([...emptyUnlessListed, ...listed.flatMap((word) => words[word] ?? [])])
  const strange = live.filter((column) => column !== nameColumn && !promised.has(column))
  const unread = listed.filter((word) => words[word] === undefined)
  const absent = listed.filter((word) => words[word]?.every((column) => !live.includes(column)) === true)
  return {
    looked: live.length,
    violations: strange.map((column) => `${table} holds ${column}, which the policy does not list`),
    unseen: [
      ...absent.map((word) => `${word} is not recorded yet`),
      ...unread.map((word) => `no record is known to hold ${word}`),
    ],
  }
}

interface SeenVisit extends Record<string, unknown> {
  readonly id: string
  readonly endpoint: string
  readonly at: string
  readonly sealed_ip_address: Buffer
  readonly sealed_user_agent: Buffer
}

/** Rows with what is sealed in them opened, each as the values of its columns. */
const openVisits = async (
  system: CheckedSystem,
  tx: Tx,
  subject: string,
  rows: readonly SeenVisit[],
): Promise<Record<string, string>[]> => {
  const cells = rows.flatMap((row) =>
    (['sealed_ip_address', 'sealed_user_agent'] as const).map((column) => ({
      subject,
      place: { table: 'access_log', column, row: row.id },
      sealed: row[column],
    })),
  )
  const opened = await system.vault.openMany(tx, cells)
  return rows.map((row, at) => ({
    ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
    sealed_ip_address: opened[2 * at] ?? '',
    sealed_user_agent: opened[2 * at + 1] ?? '',
  }))
}

const wanted = ['GET /api/v1/organisations/:organisationId', 'PATCH /api/v1/me']

/** What of the records of two requests is not as it was, in words. */
const judge = (visits: readonly Record<string, string>[], agent: string, secrets: readonly string[]): string[] => {
  const endpoints = visits
    .map(({ endpoint }) => endpoint)
    .sort()
    .join(', ')
  const said = JSON.stringify(visits)
  const isOff = (column: string, value: string) => visits.some((visit) => visit[column] !== value)
  return [
    ...(endpoints === wanted.join(', ') ? [] : [`2 requests are recorded as: ${endpoints || 'nothing'}`]),
    ...(isOff('sealed_user_agent', agent) ? ['a user agent is not recorded as it was sent'] : []),
    ...(isOff('sealed_ip_address', probeAddress) ? ['an IP address is not recorded as it was seen'] : []),
    ...(secrets.some((secret) => said.includes(secret))
      ? ['a record holds what stood in a body, a header or a path']
      : []),
  ]
}

/** Calls the control plane as somebody, and reads what is then in the access log about it; what is wrong, in words. */
const followVisits = (system: CheckedSystem): Promise<string[]> => {
  const agent = `probe-${randomBytes(8).toString('hex')}`
  const canary = `canary-${randomBytes(8).toString('hex')}`
  const visits: Visit[] = []
  return withPeople(
    system,
    async (world) => {
      const person = await world.join()
      visits.length = 0
      const options = { token: person.token, headers: { 'user-agent': agent, cookie: `stray=${canary}` } }
      await world.request('PATCH', '/me', { ...options, body: { name: canary } })
      await world.request('GET', `/organisations/${person.organisationId}`, options)
      const log = system.accessLogOn(world.database)
      for (const visit of visits) log.note(visit)
      await log.flush()
      const { rows } = await world.tx.execute<SeenVisit>(
        sql`select * from access_log where person_id = ${person.personId}`,
      )
      const secrets = [canary, person.token, person.organisationId]
      return judge(await openVisits(system, world.tx, person.personId, rows), agent, secrets)
    },
    undefined,
    { visited: (visit) => void visits.push(visit) },
  )
}

/** The running server must note what it is asked, probes of its own among it. */
const isWired = async ({ accessLog, call }: CheckedSystem): Promise<boolean> => {
  const before = accessLog.noted()
  await call({ method: 'GET', path: '/api/v1/policy' })
  return accessLog.noted() > before
}

const checkAccess = async (system: CheckedSystem): Promise<string[]> => [
  ...(await followVisits(system)),
  ...((await isWired(system)) ? [] : ['the running server does not note what it is asked']),
]

const absentFeature: Readonly<Record<RecordKind, string>> = {
  calls: '',
  access: '',
  commands: 'no commands are taken yet: instances',
  containers: 'there are no containers yet: instances',
  errors: 'errors are logged without a record of their own',
  inquiries: 'inquiries have no form of their own yet: inquiries',
}

const nothingYet = (kind: RecordKind): Finding => finding(0, [], 'nothing recorded', absentFeature[kind])

/** Compares the live columns of a record with the policy's list; of requests it makes some and reads what is recorded. */
export const exactRecords: Check<'records-exact'> = {
  name: 'exact-records',
  run: async ({ argument: kind }, system) => {
    const of = recordTables[kind]
    if (of === undefined) return nothingYet(kind)
    const listed = system.policy.source.records?.[kind] ?? []
    const { looked, violations: strange, unseen } = await compareFields(system, of, listed)
    const followed = kind === 'access' ? await checkAccess(system) : await checkCalls(system, listed)
    const violations = [...strange, ...followed]
    const figure = `${count(looked, 'column')} of ${of.table} against ${count(listed.length, 'field')} of the policy; 2 ${kind === 'access' ? 'requests' : 'calls'} followed`
    return finding(looked, violations, figure, unseen.length === 0 ? null : unseen.join('; '))
  },
}
