import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { batchLine } from '../src/batches.ts'
import { addModel, createKey, expectBooked, openaiClient, untilModelReady } from '../src/inference.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { createPerson, goodPassword, mailTo, newEmail, ok, tokenIn, totpCode } from '../src/people.ts'
import { type CliResult, type RunningAvow, root, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let mock: MockUpstream

beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow()
  await untilModelReady(avow, 'avow-tiny')
  return async () => {
    await avow[Symbol.asyncDispose]()
    await mock[Symbol.asyncDispose]()
  }
})

/** Runs a command that must succeed, and gives its standard output. */
const run = async (...args: string[]): Promise<string> => {
  const result = await avow.cli(args)
  if (result.code !== 0) throw new Error(`avow ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return result.stdout
}
const runJson = async (...args: string[]) => JSON.parse(await run(...args, '--json'))

test('status and whoami find the running server and the operator by AVOW_DATA', async () => {
  expect(await runJson('status')).toMatchObject({ url: avow.url, healthy: true, ready: true })
  expect(await runJson('whoami')).toMatchObject({
    email: avow.firstRun.operator.email,
    staffRole: 'operator',
    staffActive: true,
  })
  expect(await run('whoami')).toContain(avow.firstRun.operator.email)
})

test('a key prints its secret once, works, is limited, listed, updated, rotated and revoked', async () => {
  const secret = (
    await run('key', 'create', 'laptop', '--model', 'avow-tiny', '--rpm', '100', '--expires', '30d')
  ).trim()
  await openaiClient(avow, secret).models.list()
  const list = await runJson('key', 'list', '--search', 'laptop')
  expect(list.items).toHaveLength(1)
  expect(list.items[0]).toMatchObject({
    name: 'laptop',
    allowedModels: ['avow-tiny'],
    requestsPerMinute: 100,
    state: 'active',
  })
  expect(JSON.stringify(list)).not.toContain(secret)
  const { id } = list.items[0]
  expect(await runJson('key', 'update', id, '--rpm', 'none', '--every-model')).toMatchObject({
    requestsPerMinute: null,
    allowedModels: null,
  })
  const rotated = await runJson('key', 'rotate', id, '--overlap', '1h')
  expect(rotated.secret).not.toBe(secret)
  expect(await run('key', 'show', id)).toContain('rotating')
  expect((await avow.cli(['key', 'revoke', rotated.id])).code).toBe(2)
  await run('key', 'revoke', rotated.id, '--yes')
  expect(await run('key', 'show', rotated.id)).toContain('revoked')
  expect((await avow.cli(['key', 'show', 'key_nothing'])).code).toBe(4)
})

test('lists page through everything with --all and say when there is more', async () => {
  for (let index = 0; index < 7; index += 1) await createKey(avow, `paged ${index}`)
  const some = await avow.cli(['key', 'list', '--search', 'paged', '--limit', '3'])
  expect(some.stdout.trim().split('\n')).toHaveLength(4)
  expect(some.stderr).toContain('--all')
  const every = await runJson('key', 'list', '--search', 'paged', '--all')
  expect(every.items).toHaveLength(7)
  expect(new Set(every.items.map(({ id }: { id: string }) => id)).size).toBe(7)
  expect((await avow.cli(['key', 'list', '--search', 'no such key'])).stderr).toContain('avow key create')
})

test('a model is put behind the gateway with its prices, changed, and removed', async () => {
  await run('model', 'add', 'mock-cli', '--upstream', mock.url, '--price-in', '0.15', '--price-out', '2')
  expect(await runJson('model', 'show', 'mock-cli')).toMatchObject({
    promptMicrosPerMillionTokens: '150000',
    completionMicrosPerMillionTokens: '2000000',
    served: 'upstream',
  })
  expect(await run('model', 'list')).toMatch(/mock-cli +ready/)
  await run('model', 'update', 'mock-cli', '--price-out', '0.000001')
  expect(await run('model', 'show', 'mock-cli')).toContain(
    '0.15 EUR in, 0.000001 EUR out'.replace('EUR', (await runJson('model', 'show', 'mock-cli')).currency),
  )
  expect((await avow.cli(['model', 'add', 'mock-cli', '--upstream', mock.url])).code).toBe(1)
  await run('model', 'remove', 'mock-cli', '--yes')
  expect((await avow.cli(['model', 'show', 'mock-cli'])).code).toBe(4)
})

test('chat answers a prompt, takes standard input, and prints JSON with the usage', async () => {
  expect((await run('chat', 'avow-tiny', 'What colour is the sky?')).trim()).toMatch(/[a-z]{2,}/)
  const piped = await avow.cli(['chat', 'avow-tiny'], { input: 'What colour is the sky?' })
  expect([piped.code, piped.stdout.trim().length > 0]).toEqual([0, true])
  const answer = await runJson('chat', 'avow-tiny', 'Hello', '--max-tokens', '5')
  expect(answer).toMatchObject({
    model: 'avow-tiny',
    interrupted: false,
    usage: { completion_tokens: expect.any(Number) },
  })
  const missing = await avow.cli(['chat', 'no-such-model', 'Hello'])
  expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining('no-such-model')])
  expect((await avow.cli(['chat', 'Hello', '--api-key', 'wrong'])).code).toBe(3)
})

test('Ctrl-C in the middle of an answer ends it at once, and what was written is counted', async () => {
  await addModel(avow, 'mock', mock.url)
  const key = await createKey(avow, 'interrupted chat')
  const env = { ...process.env, AVOW_DATA: avow.folder, AVOW_API_KEY: key.secret }
  const prompt = JSON.stringify({ tokens: 5000, delayMs: 5, name: 'ctrl-c' })
  const child = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'cli/bin/avow.mjs'), 'chat', 'mock', prompt], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let interrupted = false
  for await (const part of child.stdout.setEncoding('utf8')) {
    text += part
    if (text.includes('word20 ') && !interrupted) {
      interrupted = true
      child.kill('SIGINT')
    }
  }
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(130)
  await expect
    .poll(() => mock.produced.find(({ name }) => name === 'ctrl-c')?.state, { timeout: 10_000 })
    .toBe('caller-gone')
  await expectBooked(avow, key.id, { requests: 1, failedRequests: 0 })
})

test('a batch is begun of a file, waited for with its progress, listed, and its answers and files are taken and deleted', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'avow-batch-')), 'calls.jsonl')
  writeFileSync(path, ['a', 'b'].map((name) => batchLine(name, 'avow-tiny', 'Hello', { max_tokens: 3 })).join('\n'))
  const begun = await avow.cli(['batches', 'create', path, '--wait', '--json'])
  const batch = JSON.parse(begun.stdout)
  expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 2, failed: 0 } })
  expect(begun.stderr).toMatch(/validating|in_progress/)
  const answers = (await run('batches', 'download', batch.id)).trimEnd().split('\n')
  expect(answers.map((line) => JSON.parse(line).custom_id)).toEqual(['a', 'b'])
  expect(await run('batches', 'list')).toContain('completed, 2 of 2 lines')
  expect((await runJson('files', 'list')).items).toHaveLength(2)
  await run('files', 'delete', batch.input_file_id, '--yes')
  expect((await avow.cli(['files', 'show', batch.input_file_id])).code).toBe(4)
  const cancelled = await avow.cli(['batches', 'cancel', batch.id, '--yes'])
  expect([cancelled.code, cancelled.stderr]).toEqual([1, expect.stringContaining('completed')])
})

test('usage comes as a table and as JSON, by day, model and key', async () => {
  for (const by of ['hour', 'day', 'model', 'key']) {
    const usage = await runJson('usage', '--since', '1d', '--by', by)
    expect(usage.totals.requests).toBeGreaterThan(0)
    const sum = usage.rows.reduce((total: number, row: { requests: number }) => total + row.requests, 0)
    expect([by, sum]).toEqual([by, usage.totals.requests])
  }
  expect(await run('usage', '--since', '1d', '--by', 'model')).toMatch(/avow-tiny +\d/)
  expect((await avow.cli(['usage', '--whole-organisation', '--since', '1d'])).code).toBe(0)
})

test('policy verify tells of every clause, its counts add up, and its exit code says whether one is broken', async () => {
  const result = await avow.cli(['policy', 'verify', '--json'])
  const report = JSON.parse(result.stdout)
  expect(Object.keys(report).sort()).toEqual(['checkedAt', 'clauses', 'policy', 'summary'])
  expect(Object.keys(report.summary).sort()).toEqual(['attested', 'broken', 'informed', 'kept', 'unproven'])
  for (const state of Object.keys(report.summary)) {
    expect(report.clauses.filter((clause: { state: string }) => clause.state === state)).toHaveLength(
      report.summary[state],
    )
  }
  for (const clause of report.clauses) {
    expect(Object.keys(clause).sort()).toEqual(['check', 'figure', 'id', 'promise', 'reason', 'rule', 'state'])
    if (clause.state === 'kept') expect(clause).toMatchObject({ check: expect.any(String), figure: expect.any(String) })
    if (clause.state === 'broken' || clause.state === 'unproven')
      expect([clause.id, clause.reason]).toEqual([clause.id, expect.any(String)])
  }
  expect(report.summary.kept).toBeGreaterThan(0)
  expect(report.clauses.filter(({ state }: { state: string }) => state === 'broken')).toEqual([])
  expect(result.code).toBe(0)
  expect(JSON.parse((await avow.cli(['policy', 'verify', '--last', '--json'])).stdout).clauses).toHaveLength(
    report.clauses.length,
  )
})

test('the policy, the data map and the retention are shown', async () => {
  expect(await run('policy', 'show')).toContain('Privacy policy')
  const map = await runJson('data', 'map')
  expect(map.items.length).toBeGreaterThan(50)
  const { table } = map.items[0]
  const one = await runJson('data', 'map', '--table', table)
  expect(new Set(one.items.map((row: { table: string }) => row.table))).toEqual(new Set([table]))
  expect((await runJson('retention')).items.length).toBeGreaterThan(3)
})

test('organisations, projects, members, invitations, staff and the outbox', async () => {
  const project = await runJson('project', 'create', 'staging')
  expect(await run('project', 'list')).toContain(project.id)
  expect((await runJson('key', 'create', 'there', '--project', project.id)).projectId).toBe(project.id)
  expect(await run('organisation', 'list')).toContain(avow.firstRun.organisation.id)

  const guest = await createPerson(avow, 'guest')
  await run('member', 'invite', guest.email, '--role', 'billing')
  expect(await run('member', 'invitations')).toMatch(new RegExp(`${guest.email} +billing +pending`))
  const mail = await mailTo(avow, guest.email)
  expect(await run('outbox', 'list', '--to', guest.email)).toContain(mail.subject)
  expect(await run('outbox', 'show', mail.id)).toContain(mail.links[0])
  await ok(guest.api.POST('/api/v1/invitations/accept', { body: { token: tokenIn(mail) } }))
  await run('member', 'role', guest.email, 'viewer')
  expect(await run('member', 'list')).toMatch(new RegExp(`${guest.email} +viewer`))
  await run('member', 'remove', guest.email, '--yes')
  expect((await avow.cli(['member', 'remove', guest.email, '--yes'])).code).toBe(4)

  await run('staff', 'add', guest.email, 'support')
  expect(await run('staff', 'list')).toMatch(new RegExp(`${guest.email} +support +off`))
  await run('staff', 'remove', guest.email, '--yes')
})

test('a person signs up, signs in, works and signs out with nothing but an address of the server', async () => {
  const home = mkdtempSync(join(tmpdir(), 'avow-home-'))
  const asPerson = (args: string[], input?: string): Promise<CliResult> =>
    avow.cli(args, {
      env: { AVOW_DATA: '', HOME: home, XDG_CONFIG_HOME: '' },
      ...(input === undefined ? {} : { input }),
    })
  const email = newEmail('cli')
  const signup = await asPerson(
    ['signup', '--url', avow.url, '--email', email, '--name', 'Ada', '--birth-date', '1990-05-17', '--password-stdin'],
    `${goodPassword}\n`,
  )
  expect(signup.code).toBe(0)
  await ok(avow.api(null).POST('/api/v1/auth/verify-email', { body: { token: tokenIn(await mailTo(avow, email)) } }))

  expect((await asPerson(['login', '--url', avow.url, '--email', email, '--password-stdin'], 'not it\n')).code).toBe(3)
  expect(
    (await asPerson(['login', '--url', avow.url, '--email', email, '--password-stdin'], `${goodPassword}\n`)).code,
  ).toBe(0)
  const file = join(home, '.config/avow/credentials.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).not.toContain(goodPassword)

  expect(JSON.parse((await asPerson(['whoami', '--json'])).stdout)).toMatchObject({ email, staffRole: null })
  expect((await asPerson(['key', 'create', 'mine'])).code).toBe(0)
  expect((await asPerson(['chat', 'avow-tiny', 'Hello'])).code).toBe(0)
  expect((await asPerson(['outbox', 'list'])).code).toBe(1)
  expect((await asPerson(['key', 'list', '--project', avow.firstRun.project.id])).code).toBe(4)
  expect(JSON.parse((await asPerson(['session', 'list', '--json'])).stdout).items).toHaveLength(1)
  const organisation = JSON.parse((await asPerson(['organisation', 'create', 'Second', '--json'])).stdout)
  expect((await asPerson(['key', 'list'])).stderr).toContain('avow organisation use')
  expect((await asPerson(['project', 'use', organisation.project.id])).code).toBe(0)
  expect((await asPerson(['key', 'list'])).code).toBe(0)

  const { token } = JSON.parse(readFileSync(file, 'utf8'))
  expect((await asPerson(['logout'])).code).toBe(0)
  expect((await asPerson(['whoami', '--url', avow.url])).code).toBe(3)
  expect((await asPerson(['whoami', '--url', avow.url, '--token', token])).code).toBe(3)
})

test('staff act from another machine only with a session that began with a code', async () => {
  const home = mkdtempSync(join(tmpdir(), 'avow-home-'))
  const env = { AVOW_DATA: '', HOME: home, XDG_CONFIG_HOME: '', AVOW_URL: avow.url }
  const colleague = await createPerson(avow, 'colleague')
  const signIn = (...more: string[]) =>
    avow.cli(['login', '--email', colleague.email, '--password-stdin', ...more], {
      env,
      input: `${colleague.password}\n`,
    })
  await run('staff', 'add', colleague.email, 'support')
  expect((await signIn()).code).toBe(0)
  expect(await avow.cli(['outbox', 'list'], { env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('second_factor_not_set_up'),
  })
  const setup = await ok(colleague.api.POST('/api/v1/me/totp', { body: { password: colleague.password } }))
  await ok(colleague.api.POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri!) } }))
  expect((await signIn()).code).toBe(3)
  expect((await signIn('--code', setup.backupCodes![0]!)).code).toBe(0)
  expect((await avow.cli(['outbox', 'list'], { env })).code).toBe(0)
  expect((await avow.cli(['staff', 'add', colleague.email, 'operator'], { env })).code).toBe(1)
})
