import { ok } from '../../people.ts'
import type { Planted } from '../plant-canaries.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story } from '../story.ts'

const content = [
  ...['user', 'systemPrompt', 'prompt', 'failedPrompt', 'instructions', 'metadata', 'input'],
  ...['header', 'query'],
] as const
const sealed = [
  ...['email', 'name', 'organisation', 'secondOrganisation', 'guest', 'userAgent', 'program'],
  ...['project', 'secondProject', 'key', 'signatory', 'title', 'details', 'answer'],
  ...['sender', 'message', 'reply', 'fileName', 'batchLine', 'batchPrompt', 'batchNote'],
] as const

const textsOf = ({ texts }: Planted, names: readonly string[]): string[] => names.flatMap((name) => texts[name] ?? [])

/** Where a text was left, by the text. */
const placeOf = ({ texts }: Planted, text: string): string =>
  Object.entries(texts).find(([, value]) => value === text)?.[0] ?? 'nothing'

const callsLeaveNothing: Story = {
  kinds: ['bodies-stored', 'call-records-bare', 'logs-without-content'],
  does: 'searches every file and the log for prompts, answers, headers and queries, of calls that failed too',
  run: async ({ avow, leaving }) => {
    await ok(leaving.person.api.GET('/api/v1/me/data'))
    const wanted = [...textsOf(leaving, content), 'word0 word1']
    const { found, files } = searchFiles(avow.folder, wanted)
    for (const [text, where] of found) must(false, `the ${placeOf(leaving, text)} of a call is in ${where.join(', ')}`)
    const { stdout, stderr } = avow.output()
    for (const text of [...wanted, ...textsOf(leaving, sealed), leaving.person.password, leaving.apiKey])
      must(!(stdout + stderr).includes(text), `the log holds the ${placeOf(leaving, text)}`)
    const bare = searchFiles(avow.folder, [leaving.person.password, leaving.apiKey])
    must(bare.found.size === 0, 'a password or an API key is in a file')
    return `${wanted.length} texts in ${files} files and the log: 0 found`
  },
}

const personalFieldsAreSealed: Story = {
  kinds: ['sealed-at-rest'],
  does: 'searches every file for names, addresses and what devices sent',
  run: async ({ avow, leaving, staying, clear }) => {
    const wanted = [leaving, staying].flatMap((who) => textsOf(who, sealed))
    const { found, files } = searchFiles(avow.folder, [...wanted, clear])
    must(found.delete(clear), 'the search does not see into the database')
    must(found.size === 0, `in clear: ${[...found.values()].flat().join(', ')}`)
    const { name } = await ok(staying.person.api.GET('/api/v1/me'))
    must(name === staying.texts.name, 'the person cannot read their own name')
    return `${wanted.length} texts in ${files} files: 0 in clear, and the person reads theirs`
  },
}

const usageIsExact: Story = {
  kinds: ['usage-metered', 'collect'],
  does: 'compares the books with what the model counted',
  run: async ({ avow, mock, staying }) => {
    const { produced } = mock
    const { prompt, input } = staying.texts
    const mine = produced.filter(({ name, state }) => (name === prompt || name === input) && state === 'finished')
    const wanted = mine.reduce((sum, one) => sum + one.completionTokens, 0)
    const path = { projectId: staying.projectId }
    const query = { since: '2020-01-01T00:00:00Z' }
    const totals = async () =>
      (await ok(staying.person.api.GET('/api/v1/projects/{projectId}/usage', { params: { path, query } }))).totals
    const startedMs = performance.now()
    while ((await totals()).completionTokens !== wanted)
      must(performance.now() - startedMs < 15_000, `the books do not come to ${wanted} tokens`)
    const { version } = await ok(avow.api(null).GET('/api/v1/policy'))
    must(version !== '', 'the policy has no version')
    return `${mine.length} calls, ${wanted} tokens in the books and at the model`
  },
}

export const contentStories: readonly Story[] = [usageIsExact, personalFieldsAreSealed, callsLeaveNothing]
