import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPerson, ok } from '../../people.ts'
import { newFolder, type RunningAvow } from '../../start-avow.ts'
import { newCanary } from '../plant-canaries.ts'
import { searchFiles } from '../search-files.ts'
import { must, runJson, type Story, until } from '../story.ts'

const recordsHoldWhatIsListed: Story = {
  kinds: ['records-exact'],
  does: 'takes out a copy and looks in the records of requests and calls for the program that made them',
  run: async ({ avow, tested, staying }) => {
    const { person, projectId, texts } = staying
    const params = { path: { projectId }, query: { since: '2020-01-01T00:00:00Z' } }
    const { totals } = await ok(person.api.GET('/api/v1/projects/{projectId}/usage', { params }))
    must(totals.requests > 0, 'no call is in the books')
    const folder = newFolder()
    const archive = join(folder, 'me.tar.gz')
    const exported = await avow.cli(['privacy', 'export', '--me', '--out', archive, '--token', person.token])
    must(exported.code === 0, exported.stderr)
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    const { records = {} } = tested.policy.source
    const looks = [
      { record: 'calls', table: 'usage_event', program: texts.program ?? '' },
      { record: 'access', table: 'access_log', program: texts.userAgent ?? '' },
    ] as const
    for (const { record, table, program } of looks) {
      const isListed = records[record]?.includes('user agent') === true
      const where = searchFiles(folder, [program]).found.get(program) ?? []
      const isThere = where.some((file) => file.endsWith(`${table}.jsonl`))
      must(isThere === isListed, `${table} ${isThere ? 'holds' : 'lacks'} the program of a caller`)
    }
    return `${totals.requests} calls and their requests: the program is where the policy lists it, and nowhere else`
  },
}

type Row = Readonly<Record<string, unknown>>

/** The rows of a table in a copy that somebody takes out of what is about them. */
const rowsInCopy = async (avow: RunningAvow, token: string, table: string): Promise<Row[]> => {
  const folder = newFolder()
  await runJson(avow, 'privacy', 'export', '--me', '--out', join(folder, 'me.tar.gz'), '--token', token)
  execFileSync('tar', ['-xzf', join(folder, 'me.tar.gz'), '-C', folder])
  const file = join(folder, `data/${table}.jsonl`)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Row)
}

const noted: Story = {
  kinds: ['records-exact'],
  does: 'makes a request with a text of its own in the query, a header and the body, and reads in a copy what was noted of it',
  run: async ({ avow, tested }) => {
    const { access } = tested.policy.source.records ?? {}
    const { items } = await ok(avow.api().GET('/api/v1/privacy/data-map'))
    const columns = items.filter(({ table }) => table === 'usage_event' || table === 'access_log')
    for (const { table, column, category } of columns)
      must(!category.startsWith('content.'), `${table}.${column} holds ${category}`)
    if (access === undefined) return `${columns.length} columns of records, 0 of them for content`
    const person = await createPerson(avow, 'noted')
    const inPath = (await ok(person.api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
    const [agent, inQuery, inHeader, inBody] = [newCanary(), newCanary(), newCanary(), newCanary()]
    const headers = { 'user-agent': agent, 'x-own': inHeader, authorization: `Bearer ${person.token}` }
    await fetch(`${avow.url}/api/v1/organisations/${inPath}?${inQuery}`, { headers })
    const json = { ...headers, 'content-type': 'application/json' }
    await fetch(`${avow.url}/api/v1/me`, { method: 'PATCH', headers: json, body: JSON.stringify({ name: inBody }) })
    let rows: Row[] = []
    const isNoted = async () => {
      rows = (await rowsInCopy(avow, person.token, 'access_log')).filter((row) => JSON.stringify(row).includes(agent))
      return rows.length === 2
    }
    await until(isNoted, 20, '2 requests are not in the copy once each')
    const said = JSON.stringify(rows)
    for (const text of [inPath, inQuery, inHeader, inBody, person.token])
      must(!said.includes(text), 'what is noted of a request has something of its path, query, headers or body')
    const fields = new Set(rows.flatMap((row) => Object.keys(row)))
    must(fields.size <= access.length + 1, `${[...fields].join(', ')} are noted, and ${access.join(', ')} promised`)
    return `2 requests noted with ${[...fields].join(', ')}; 5 texts of path, query, header, body and token: 0 found`
  },
}

export const recordStories: readonly Story[] = [recordsHoldWhatIsListed, noted]
