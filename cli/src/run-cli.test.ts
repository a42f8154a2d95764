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

test('none and never lift the limits of a key', async () => {
  const bodies: unknown[] = []
  const fetch: typeof globalThis.fetch = async (request, init) => {
    bodies.push(await new Request(request, init).json())
    return Response.json({ title: 'seen' }, { status: 404 })
  }
  const at = ['--url', 'http://127.0.0.1:1', '--token', 't', '--project', 'p']
  await runCaptured(['key', 'update', 'key_1', '--rpm', 'none', '--tpm', 'none', '--expires', 'never', ...at], {
    fetch,
  })
  await runCaptured(['key', 'update', 'key_1', '--rpm', '5', ...at], { fetch })
  expect(bodies).toEqual([
    { requestsPerMinute: null, tokensPerMinute: null, expiresAt: null },
    { requestsPerMinute: 5 },
  ])
})

test('the starter policy passes lint, and a broken one is located', async () => {
  expect(await runCaptured(['policy', 'lint', 'starter'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('nothing found'),
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
