import { execFileSync } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey } from '../src/inference.ts'
import { exampleProvider, starterWith } from '../src/own-policy.ts'
import { newEmail, ok, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { openBrowser, openWindow, signIn } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let page: Page

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off', AVOW_POLICY: starterWith(exampleProvider) } })
  const { operator } = avow.firstRun
  const { token } = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body: { ...operator, tokenWanted: true } }))
  const setup = await ok(avow.api(token).POST('/api/v1/me/totp', { body: { password: operator.password } }))
  await ok(avow.api(token).POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
  browser = await openBrowser()
  page = (await openWindow(browser, avow.url, {}, [401])).page
  await signIn(page, operator.email, operator.password, setup.backupCodes?.[0])
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

/** The line of the dialog that is open, otherwise that of the page. */
const shownLine = async (name: 'CLI line' | 'curl call'): Promise<string> => {
  const dialog = page.getByRole('dialog')
  const place = (await dialog.count()) > 0 ? dialog : page
  return (await place.getByRole('region', { name }).textContent()) ?? ''
}

/** The words of a line, as a shell reads them. */
const wordsOf = (line: string): string[] => {
  const text = execFileSync('sh', ['-c', `for word in ${line}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
  return text.split('\0').slice(0, -1)
}

/** Runs the CLI line that the page shows, by the real CLI. */
const runShownLine = async () => {
  const [program, ...args] = wordsOf(await shownLine('CLI line'))
  expect(program).toBe('avow')
  const result = await avow.cli([...args, '--json'])
  expect(result.code, `${args.join(' ')}: ${result.stdout}${result.stderr}`).toBe(0)
  return JSON.parse(result.stdout) as Record<string, unknown>
}

const path = () => ({ projectId: avow.firstRun.project.id })
const keysPage = () => `/projects/${avow.firstRun.project.id}/keys`
const keyNamed = async (name: string) => {
  const { items } = await ok(avow.api().GET('/api/v1/projects/{projectId}/keys', { params: { path: path() } }))
  return items.filter((key) => key.name === name)
}
const choose = async (name: string, act: string) => {
  await page.getByRole('button', { name: `Acts on ${name}` }).click()
  await page.getByRole('menuitem', { name: act }).click()
}

test('the lines for a budget set, change and remove what the dialogs would', async () => {
  const place = { organisationId: avow.firstRun.organisation.id }
  const limits = async () => {
    const { items } = await ok(
      avow.api().GET('/api/v1/organisations/{organisationId}/budgets', { params: { path: place } }),
    )
    return items.map(({ limitMicros, thresholds }) => [limitMicros, thresholds])
  }
  await page.goto(`/projects/${avow.firstRun.project.id}/usage`)
  await page.getByRole('button', { name: 'Set a budget' }).click()
  await page.getByRole('dialog').getByLabel('Limit').fill('2.5')
  await page.getByRole('dialog').getByLabel('Tell at percent').fill('90')
  await page.getByRole('button', { name: 'Set budget', exact: true }).click()
  await page.getByRole('cell', { name: '2.50 EUR' }).first().waitFor()
  expect(await limits()).toEqual([['2500000', [90]]])
  await choose('the budget', 'Change')
  await page.getByRole('dialog').getByLabel('Limit').fill('3')
  await runShownLine()
  expect(await limits()).toEqual([['3000000', [90]]])
  await page.getByRole('button', { name: 'Change budget' }).click()
  await page.getByRole('cell', { name: '3.00 EUR' }).first().waitFor()
  await choose('the budget', 'Remove')
  await runShownLine()
  expect(await limits()).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('the line for limits sets what the dialog would', async () => {
  const place = { organisationId: avow.firstRun.organisation.id }
  const limits = async () => {
    const { items } = await ok(
      avow.api().GET('/api/v1/organisations/{organisationId}/limits', { params: { path: place } }),
    )
    return items.map((one) => [one.scope, one.requestsPerMinute, one.tokensPerMinute, one.concurrentRequests])
  }
  await page.goto(`/projects/${avow.firstRun.project.id}/usage`)
  await page.getByRole('button', { name: 'Set limits' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Whose calls they cover').selectOption({ label: 'This project' })
  await dialog.getByLabel('Requests a minute').fill('6000')
  await dialog.getByLabel('Requests at once').fill('40')
  await runShownLine()
  const wanted = [['project', 6000, null, 40]]
  expect(await limits()).toEqual(wanted)
  await dialog.getByRole('button', { name: 'Set limits' }).click()
  await page.getByRole('cell', { name: '6,000' }).waitFor()
  expect(await limits()).toEqual(wanted)
})

test('the line for a key makes the key that the form would make', async () => {
  await page.goto(`${keysPage()}?create=true`)
  const name = `it's "quoted" $HOME`
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByLabel('Requests a minute').fill('60')
  await page.getByLabel('Tokens a minute').fill('9000')
  await page.getByLabel('Works until the end of').fill('2099-12-31')
  await page.getByRole('switch', { name: 'Only some models' }).check()
  await page.getByLabel('avow-tiny').check()
  await runShownLine()
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  const [first, second, ...rest] = await keyNamed(name)
  expect(rest).toEqual([])
  const limits = { allowedModels: ['avow-tiny'], requestsPerMinute: 60, tokensPerMinute: 9000 }
  for (const key of [first, second])
    expect(key).toMatchObject({ ...limits, expiresAt: '2099-12-31T23:59:59.999Z', state: 'active' })
})

test('the lines for changing, rotating and revoking a key do just that', async () => {
  const { id } = await createKey(avow, 'to change', { requestsPerMinute: 5, tokensPerMinute: 100 })
  const read = () =>
    ok(avow.api().GET('/api/v1/projects/{projectId}/keys/{keyId}', { params: { path: { ...path(), keyId: id } } }))
  await page.goto(keysPage())
  await choose('to change', 'Change name or limits')
  await page.getByLabel('Requests a minute').fill('')
  await page.getByLabel('Tokens a minute').fill('200')
  await runShownLine()
  expect(await read()).toMatchObject({
    requestsPerMinute: null,
    tokensPerMinute: 200,
    allowedModels: null,
    expiresAt: null,
  })
  await page.keyboard.press('Escape')
  await choose('to change', 'Revoke')
  await runShownLine()
  expect((await read()).state).toBe('revoked')
  await createKey(avow, 'to rotate')
  await page.goto(keysPage())
  await choose('to rotate', 'Rotate')
  await page.getByLabel('The old secret goes on working for').selectOption('1h')
  await runShownLine()
  expect((await keyNamed('to rotate')).map(({ state }) => state).sort()).toEqual(['active', 'rotating'])
})

test('the lines for people, projects and models are understood', async () => {
  const organisation = `/organisations/${avow.firstRun.organisation.id}`
  await page.goto(`${organisation}/members`)
  await page.getByRole('button', { name: 'Invite a person' }).click()
  const email = newEmail('invited')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Role').selectOption('viewer')
  expect(await runShownLine()).toMatchObject({ email, role: 'viewer' })
  await page.goto(`${organisation}/projects`)
  await page.getByRole('button', { name: 'Create a project' }).click()
  await page.getByLabel('Name').fill('by the line')
  expect(await runShownLine()).toMatchObject({ name: 'by the line' })
  await page.goto('/welcome')
  await page.getByLabel('Name of the organisation').fill('Second & third')
  expect(await runShownLine()).toMatchObject({ name: 'Second & third' })
  await page.goto('/operate/models')
  await page.getByRole('button', { name: 'Add an upstream' }).click()
  await page.getByLabel('Id', { exact: true }).fill('by-line')
  await page.getByLabel('Address').fill('http://127.0.0.1:9/v1')
  await page.getByLabel('Price, completion').fill('1.25')
  await page.getByLabel('Third party').fill('Example Inference')
  expect(await runShownLine()).toMatchObject({
    completionMicrosPerMillionTokens: '1250000',
    provider: 'Example Inference',
  })
  await page.goto('/operate/models/by-line')
  await page.getByRole('button', { name: 'Add a server' }).click()
  await page.getByLabel('Address').fill('http://127.0.0.1:10/v1')
  await page.getByLabel('Tier').fill('2')
  expect(await runShownLine()).toMatchObject({ upstream: 'http://127.0.0.1:10/v1', tier: 2, weight: 1 })
  await page.goto('/operate/models')
  await choose('by-line', 'Disable')
  expect(await runShownLine()).toMatchObject({ id: 'by-line', state: 'disabled' })
})

test('the line for a legal hold places it, and the line for its release releases it', async () => {
  await page.goto('/privacy/holds?create=true')
  await page.getByLabel('On whom').selectOption('organisation')
  await page.getByLabel('Id of the organisation').fill(avow.firstRun.organisation.id)
  await page.getByLabel('Ground').fill("the court's order")
  await page.getByLabel('Ends after').fill('2099-12-31')
  await page.getByText('Only some kinds of data').click()
  await page.getByLabel('billing.record').check()
  const placed = await runShownLine()
  const held = { scope: 'organisation', categories: ['billing.record'], endsAt: '2099-12-31T23:59:59.999Z' }
  expect(placed).toMatchObject({ ...held, subjectId: avow.firstRun.organisation.id, ground: "the court's order" })
  await page.goto('/privacy/holds')
  await page.getByRole('button', { name: 'Release' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await runShownLine()).toMatchObject({ id: placed['id'], active: false })
})

test('the lines for an attestation and for a notice do what the dialogs say', async () => {
  await page.goto('/privacy/attestations')
  await page.getByRole('button', { name: 'Attest confidentiality' }).click()
  await page.getByLabel('What it rests on').fill("the lawyer's letter")
  expect(await runShownLine()).toMatchObject({ name: 'confidentiality', state: 'in force' })
  await page.goto('/privacy/attestations')
  await page.getByRole('button', { name: 'History of confidentiality' }).click()
  await page.getByText("the lawyer's letter").waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await runShownLine()).toMatchObject({ state: 'revoked' })
  await page.goto('/privacy/notices?create=true')
  await page.getByLabel('Subject').fill('Maintenance & more')
  await page.getByLabel('Text').fill('Two lines,\nwith "quotes".')
  expect(await runShownLine()).toMatchObject({ subject: 'Maintenance & more', body: 'Two lines,\nwith "quotes".' })
})

test('the line for a copy of one’s data takes it', async () => {
  await page.goto('/your-data')
  const line = page.getByRole('region', { name: 'Take it with you' }).getByRole('region', { name: 'CLI line' })
  const [, ...args] = wordsOf((await line.textContent()) ?? '')
  const taken = await avow.cli([...args, '--json'])
  expect(JSON.parse(taken.stdout)).toMatchObject({ state: 'done', file: expect.stringContaining('.tar.gz') })
})

test('the line for a top-up does what the dialog would, and the organisation sees what is left', async () => {
  const { organisation, project } = avow.firstRun
  await page.goto('/operate/balances')
  await page.getByRole('button', { name: 'Top up' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Organisation').fill(organisation.id)
  await dialog.getByLabel('Amount').fill('2.5')
  await dialog.getByLabel('Invoice').fill('INV-7')
  expect(await runShownLine()).toMatchObject({ organisationId: organisation.id, leftMicros: '2500000' })
  await dialog.getByRole('button', { name: 'Top up' }).click()
  await page.getByRole('cell', { name: '5.00 EUR' }).first().waitFor()
  await page.goto(`/projects/${project.id}/usage`)
  const section = page.getByRole('region', { name: 'Prepaid balance' })
  await section.getByText('Invoice INV-7').nth(1).waitFor()
  await section.getByRole('button', { name: 'When to tell' }).click()
  await dialog.getByLabel('Tell at percent').fill('75')
  expect(await runShownLine()).toMatchObject({ thresholds: [75] })
  await page.keyboard.press('Escape')
  const params = { path: { organisationId: organisation.id } }
  await ok(avow.api().DELETE('/api/v1/operate/balances/{organisationId}', { params }))
})

test('the lines under the pages that only read are understood', async () => {
  const project = `/projects/${avow.firstRun.project.id}`
  const pages = [
    `${project}/usage?range=24h&model=avow-tiny`,
    `${project}/usage?of=organisation&by=model`,
    `${project}/live?by=key`,
    `${project}/logs`,
    '/privacy/data-map',
    '/privacy/retention',
    '/privacy/evidence',
    '/privacy/requests?open=true&kind=erasure',
    '/privacy/versions',
    '/privacy/people?person=operator%40avow.localhost',
    '/privacy/attestations',
    '/privacy/notices',
    '/your-data/notices',
    '/privacy/holds',
    '/operate/backups',
    '/operate/gateways',
    '/operate/balances',
    '/privacy/access',
    '/privacy/processors',
    '/privacy/plans',
    '/privacy/authorities',
    '/operate/outbox',
    '/privacy/report',
  ]
  for (const address of pages) {
    await page.goto(address)
    await runShownLine()
  }
})

test('the curl call does the same with a token in the environment', async () => {
  await page.goto(`/organisations/${avow.firstRun.organisation.id}/projects`)
  await page.getByRole('button', { name: 'Create a project' }).click()
  await page.getByLabel('Name').fill("curl's own")
  await page.getByText('curl', { exact: true }).click()
  const line = await shownLine('curl call')
  expect(line).not.toContain(avow.operatorToken)
  const env = { ...process.env, AVOW_TOKEN: avow.operatorToken }
  const printed = execFileSync('sh', ['-c', `${line} --silent --fail-with-body`], { encoding: 'utf8', env })
  expect(JSON.parse(printed)).toMatchObject({ name: "curl's own" })
})
