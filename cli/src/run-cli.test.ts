import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { nouns } from './registry.ts'
import { runCaptured } from './run-captured.ts'

const avow = fileURLToPath(new URL('../bin/avow.mjs', import.meta.url))
const run = promisify(execFile)
const lines = nouns.flatMap((noun) =>
  noun.kind === 'command' ? [[noun.name]] : Object.keys(noun.verbs).map((verb) => [noun.name, verb]),
)

test('the help lists every command and the exit codes', async () => {
  const { code, stdout } = await runCaptured(['--help'])
  expect(code).toBe(0)
  for (const { name } of nouns) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  expect(stdout).toContain('5  the server cannot be reached')
})

test.each(
  lines.map((words) => [words.join(' '), words] as const),
)('avow %s has help with examples and takes --json', async (_name, words) => {
  const { code, stdout } = await runCaptured([...words, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/Examples:\n {2}\$ \S/)
  expect(stdout).toContain('--json')
  expect((await runCaptured(['help', ...words])).stdout).toBe(stdout)
})

test('wrong usage ends with 2 and says what is wrong', async () => {
  const wrong: [string[], RegExp][] = [
    [['nonsense'], /unknown command 'nonsense'/],
    [['keys', 'list'], /Did you mean key/],
    [['key', 'create'], /missing required argument 'name'/],
    [['key', 'create', 'x', '--rpm', '0'], /not a whole number/],
    [['key', 'list', '--state', 'gone'], /Allowed choices are active/],
    [['key', 'update', 'key_1'], /Nothing to change/],
    [['model', 'add', 'x', '--upstream', 'http://h/v1', '--price-in', '1e3'], /not an amount of money/],
    [['usage', '--since', 'long ago', '--url', 'http://127.0.0.1:1'], /not a time/],
    [['session', 'end'], /--others/],
  ]
  for (const [argv, message] of wrong) {
    const { code, stderr } = await runCaptured(argv)
    expect([argv, code]).toEqual([argv, 2])
    expect(stderr).toMatch(message)
  }
})

test('a server that does not answer ends with 5 and is named', async () => {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  listener.close()
  await once(listener, 'close')
  const { code, stdout, stderr } = await runCaptured(['whoami', '--url', url, '--token', 't', '--json'])
  expect(code).toBe(5)
  expect(stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`)
  expect(JSON.parse(stdout)).toMatchObject({ error: { title: expect.stringContaining('cannot be reached') } })
})

test('what cannot be taken back is not done without a person or --yes', async () => {
  const { code, stderr } = await runCaptured([
    'key',
    'revoke',
    'key_1',
    '--url',
    'http://127.0.0.1:1',
    '--token',
    't',
    '--project',
    'p',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('Repeat it with --yes')
})

const at = ['--url', 'http://127.0.0.1:1', '--token', 't', '--project', 'p']
const answering =
  (status: number, body: unknown): typeof globalThis.fetch =>
  async () =>
    Response.json(body, { status })

test('a sign-in that needs a code, with nobody there to ask, ends with 3 and names --code', async () => {
  const fetch = answering(401, { code: 'second_factor_required', title: 'A second factor is required' })
  const { code, stderr } = await runCaptured(
    ['login', '--email', 'a@example.org', '--password-stdin', '--url', 'http://127.0.0.1:1'],
    { fetch, input: 'the password\n' },
  )
  expect(code).toBe(3)
  expect(stderr).toContain('--code')
})

test('who may not run the checks is led to the newest report', async () => {
  const fetch = answering(403, { code: 'forbidden', title: 'Your role does not allow this', detail: 'For staff.' })
  const { code, stderr } = await runCaptured(['policy', 'verify', ...at.slice(0, 4)], { fetch })
  expect(code).toBe(1)
  expect(stderr).toContain('For staff.\nThe newest report is open to you: avow policy verify --last')
  expect((await runCaptured(['policy', 'verify', '--last', ...at.slice(0, 4)], { fetch })).stderr).not.toContain(
    '--last',
  )
})

test('one request is not called requests', async () => {
  const totals = {
    requests: 1,
    failedRequests: 0,
    batchRequests: 0,
    promptTokens: 10,
    completionTokens: 5,
    costMicros: '0',
  }
  const used = { since: '2026-02-01T00:00:00Z', until: '2026-03-01T00:00:00Z', currency: 'EUR', rows: [] }
  const shown = async (requests: number) =>
    (await runCaptured(['usage', ...at], { fetch: answering(200, { ...used, totals: { ...totals, requests } }) }))
      .stdout
  expect(await shown(1)).toContain('1 request (0 failed)')
  expect(await shown(2)).toContain('2 requests (0 failed)')
})

test('the data map fits the screen, and says which columns it leaves out', async () => {
  const row = {
    table: 'organisation_invitation',
    column: 'completion_micros_per_million',
    category: 'account.organisation',
    subject: 'organisation',
    purposes: ['account', 'communicate', 'security'],
    retention: 'account',
    period: '90 days after the account is closed',
    erasure: 'pseudonymise',
  }
  const fetch = answering(200, { items: [row, { ...row, column: 'id' }], nextCursor: null })
  const map = ['data', 'map', ...at.slice(0, 4)]
  const narrow = await runCaptured(map, { fetch, columns: 80, environment: { NO_COLOR: '1' } })
  for (const line of narrow.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(narrow.stdout).toMatch(/^TABLE +COLUMN +CATEGORY +KEPT\n/)
  expect(narrow.stderr).toContain('too narrow for SUBJECT, PURPOSES, SEALED, ERASURE: --json')
  const wide = await runCaptured(map, { fetch })
  expect(wide.stdout).toContain('organisation_invitation  completion_micros_per_million  account.organisation')
  expect(wide.stdout).toContain('pseudonymise')
  expect(wide.stderr).toBe('')
})

test('none and never lift the limits of a key', async () => {
  const bodies: unknown[] = []
  const fetch: typeof globalThis.fetch = async (request, init) => {
    bodies.push(await new Request(request, init).json())
    return Response.json({ title: 'seen' }, { status: 404 })
  }
  await runCaptured(
    ['key', 'update', 'key_1', '--rpm', 'none', '--tpm', 'none', '--concurrent', '4', '--expires', 'never', ...at],
    {
      fetch,
    },
  )
  await runCaptured(['key', 'update', 'key_1', '--rpm', '5', ...at], { fetch })
  expect(bodies).toEqual([
    { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: 4, expiresAt: null },
    { requestsPerMinute: 5 },
  ])
})

test('the starter policy passes lint, and a broken one is located', async () => {
  expect(await runCaptured(['policy', 'lint', 'starter'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('names nobody'),
  })
  const { code, stdout } = await runCaptured(
    ['policy', 'lint', fileURLToPath(new URL('../package.json', import.meta.url))],
    { workingFolder: '/' },
  )
  expect(code).toBe(1)
  expect(stdout).toMatch(/package\.json:\d+:\d+: error: /)
  expect((await runCaptured(['policy', 'lint', '/no/such/file.yaml'], { workingFolder: '/' })).code).toBe(4)
})

test('two policies are compared, and one is shown, without a server', async () => {
  const { code, stdout } = await runCaptured(['policy', 'diff', 'ecohash', 'ozekai', '--json'])
  expect(code).toBe(0)
  const { weaker, stronger } = JSON.parse(stdout) as { weaker: object[]; stronger: object[] }
  expect(weaker).toContainEqual({ direction: 'weaker', path: 'security.tlsMinimum', from: 'TLSv1.3', to: 'TLSv1.2' })
  expect(stronger).toContainEqual({
    direction: 'stronger',
    path: 'retention.billing.period',
    from: '7 years',
    to: '12 months',
  })
  expect((await runCaptured(['policy', 'diff', 'starter', 'starter'])).stdout).toContain('the same promises')
  expect((await runCaptured(['policy', 'show', 'ecohash'])).stdout).toContain('| ECO-28 | Connections from elsewhere')
  expect((await runCaptured(['policy', 'diff', 'starter', '/no/such/file.yaml'])).code).toBe(4)
})

test('completion scripts come for each shell and complete commands, options and choices', async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await run(process.execPath, [avow, 'completion', shell])).stdout).toContain('avow')
  const completed = async (...words: string[]) =>
    (await run(process.execPath, [avow, 'complete', '--', ...words])).stdout
  expect(await completed('key', 'ro')).toMatch(/^rotate\t/)
  expect(await completed('key', 'list', '--state', '')).toMatch(/^active\t/)
  expect(await completed('model', 'add', '--price')).toContain('--price-in')
})

test('the reference for the docs covers every command', async () => {
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL('./print-reference.ts', import.meta.url))])
  for (const words of lines) expect(stdout).toContain(`\n### avow ${words.join(' ')}\n`)
})
