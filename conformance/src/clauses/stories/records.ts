import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ok } from '../../people.ts'
import { newFolder } from '../../start-avow.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story } from '../story.ts'

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

export const recordStories: readonly Story[] = [recordsHoldWhatIsListed]
