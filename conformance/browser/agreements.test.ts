import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleProvider, ownPolicy } from '../src/own-policy.ts'
import { createPerson, ok, type Person, takeOut, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { openBrowser, openWindow, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let ada: Person
let organisationId: string
let staff: Window
let owner: Window

/** The policy of the tests lets an opt-in train, and names another company that serves models. */
const policy = () => ownPolicy('ecohash', ['recipients:\n', `recipients:\n  - ${exampleProvider}\n`])

const operatorWindow = async (): Promise<Window> => {
  const { operator } = avow.firstRun
  const { token } = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body: { ...operator, tokenWanted: true } }))
  const setup = await ok(avow.api(token).POST('/api/v1/me/totp', { body: { password: operator.password } }))
  await ok(avow.api(token).POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
  const window = await openWindow(browser, avow.url, {}, [401])
  await signIn(window.page, operator.email, operator.password, setup.backupCodes?.[0])
  return window
}

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off', AVOW_POLICY: policy(), AVOW_REGION: 'US' } })
  browser = await openBrowser()
  await ok(avow.api().POST('/api/v1/privacy/report'))
  ada = await createPerson(avow, 'ada')
  organisationId = (await ok(ada.api.POST('/api/v1/organisations', { body: { name: 'Lovelace' } }))).id
  staff = await operatorWindow()
  // An organisation without a plan is answered with 404.
  owner = await openWindow(browser, avow.url, {}, [404])
  await signIn(owner.page, ada.email, ada.password)
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

const params = () => ({ path: { organisationId } })
const rowOf = (page: Page, table: string, text: string) =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text })
const training = () => ok(ada.api.GET('/api/v1/organisations/{organisationId}/training', { params: params() }))

/** Each step begins where the one before ended. */
describe('an owner', () => {
  test('pins the organisation to a region, and takes the pin away', async () => {
    const { page } = owner
    await page.goto(`/organisations/${organisationId}/data`)
    await page.getByText('not pinned').waitFor()
    await page.getByRole('button', { name: 'Pin to a region' }).click()
    const dialog = page.getByRole('dialog', { name: 'Pin to a region' })
    await dialog.getByRole('button', { name: 'Pin', exact: true }).click()
    await dialog.getByText('Two letters, such as DE (ISO').waitFor()
    await dialog.getByLabel('Region').fill('us')
    await dialog.getByText(`avow organisation pin US --organisation ${organisationId}`).waitFor()
    await dialog.getByRole('button', { name: 'Pin', exact: true }).click()
    await page.getByRole('button', { name: 'Change the pin' }).click()
    const read = () => ok(ada.api.GET('/api/v1/organisations/{organisationId}/pin', { params: params() }))
    expect((await read()).region).toBe('US')
    await dialog.getByLabel('Region').fill('')
    await dialog.getByText(`avow organisation pin none --organisation ${organisationId}`).waitFor()
    await dialog.getByRole('button', { name: 'Take the pin away' }).click()
    await page.getByText('not pinned').waitFor()
    expect((await read()).region).toBeNull()
  })

  test('lets prompts go to another company under its terms, and then no more', async () => {
    const { page } = owner
    const row = rowOf(page, 'Model providers', 'Example Inference')
    await row.getByText('nothing goes there').waitFor()
    await row.getByRole('button', { name: 'Accept Example Inference' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`avow provider accept example-ai --organisation ${organisationId}`).waitFor()
    expect(await dialog.getByRole('link').getAttribute('href')).toBe('https://inference.example/terms')
    await dialog.getByRole('button', { name: 'Accept' }).click()
    await row.getByText('accepted', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Refuse Example Inference' }).click()
    await dialog.getByRole('button', { name: 'Refuse' }).click()
    await row.getByText('nothing goes there').waitFor()
    const { items } = await ok(ada.api.GET('/api/v1/organisations/{organisationId}/providers', { params: params() }))
    expect(items.find(({ id }) => id === 'example-ai')?.acceptedAt).toBeNull()
  })

  test('lets some content train until a day, reads what was agreed, and withdraws it', async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'Opt in' }).click()
    const dialog = page.getByRole('dialog', { name: 'Let content train models' })
    await dialog.getByRole('button', { name: 'Opt in' }).click()
    await dialog.getByText('Choose at least one kind of content').waitFor()
    await dialog.getByLabel('content.training').check()
    await dialog.getByLabel('Ends after').fill('2099-12-31')
    const line = `avow training opt-in --content content.training --until 2099-12-31T23:59:59.999Z --yes --organisation ${organisationId}`
    await dialog.getByText(line).waitFor()
    await dialog.getByRole('button', { name: 'Opt in' }).click()
    const row = rowOf(page, 'Training', 'Opt-in')
    await row.getByText('in force').waitFor()
    const [given] = (await training()).items
    expect(given).toMatchObject({ content: ['content.training'], until: '2099-12-31T23:59:59.999Z', counts: true })
    await row.getByText('In words').click()
    await row.getByText(given?.statement ?? '').waitFor()
    await row.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
    await row.getByText('withdrawn', { exact: true }).waitFor()
    expect((await training()).items).toMatchObject([{ inForce: false }])
  })
})

describe('an officer', () => {
  test('writes down what an organisation signed, and ends it', async () => {
    const { page } = staff
    await page.goto('/privacy/training')
    await page.getByRole('button', { name: 'Record an approval' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Record a signed approval' })
    await dialog.getByLabel('Organisation').fill(organisationId)
    await dialog.getByLabel('Document').fill('MSA-7/A')
    await dialog.getByLabel('Signed by').fill('Ada Lovelace')
    await dialog.getByLabel('Signed on').fill('2026-01-20')
    await dialog.getByLabel('content.inference').check()
    await dialog
      .getByText(
        `avow training approve ${organisationId} --document MSA-7/A --signer 'Ada Lovelace' --signed-on 2026-01-20 --content content.inference`,
      )
      .waitFor()
    await dialog.getByRole('button', { name: 'Record approval' }).click()
    const row = rowOf(page, 'Training approvals', 'MSA-7/A')
    await row.getByText('in force').waitFor()
    expect(await row.getByText('Ada Lovelace').count()).toBe(0)
    await owner.page.reload()
    await rowOf(owner.page, 'Training', 'MSA-7/A').getByText('signed by Ada Lovelace').waitFor()
    await row.getByRole('button', { name: 'End' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click()
    await row.getByText('withdrawn', { exact: true }).waitFor()
    expect((await training()).items.filter(({ inForce }) => inForce)).toEqual([])
    await page.getByLabel('State').selectOption('In force')
    await page.getByText('No approval is like that').waitFor()
    await page.getByText('avow training list --in-force').waitFor()
    await page.getByLabel('State').selectOption('Over or withdrawn')
    await rowOf(page, 'Training approvals', 'MSA-7/A').waitFor()
  })

  test('sees that somebody guesses passwords, and says what was done about it', async () => {
    const { page } = staff
    for (let times = 0; times < 25; times += 1)
      await avow.api(null).POST('/api/v1/auth/sign-in', { body: { email: ada.email, password: `guess ${times}` } })
    await page.goto('/operate/alerts')
    const first = page.getByRole('button', { name: 'Acknowledge the guessing of passwords' }).first()
    await first.click()
    const dialog = page.getByRole('dialog', { name: 'Acknowledge the alert' })
    await dialog.getByLabel('What you did about it').fill('blocked it')
    await dialog.getByText(/avow alert acknowledge alt_\w+ --note 'blocked it'/).waitFor()
    await dialog.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByLabel('State').selectOption('acknowledged')
    await rowOf(page, 'Security alerts', 'blocked it').getByText('acknowledged').waitFor()
    const query = { state: 'acknowledged' as const }
    expect((await ok(avow.api().GET('/api/v1/operate/alerts', { params: { query } }))).items).toMatchObject([
      { kind: 'sign-in-guessing', note: 'blocked it' },
    ])
  })

  test('downloads the processing record as the CLI writes it', async () => {
    const { page } = staff
    await page.goto('/privacy/processing-record')
    const taken = async (format: 'CSV' | 'DPV') => {
      const button = page.getByRole('button', { name: `Download ${format}` })
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
      return readFileSync(await download.path(), 'utf8')
    }
    const { stdout } = await avow.cli(['policy', 'processing-record', '--format', 'csv'])
    expect(await taken('CSV')).toBe(stdout)
    expect(JSON.parse(await taken('DPV'))).toMatchObject({ '@type': 'dpv:RecordOfDataProcessing' })
  })

  test('replaces the key of the vault', async () => {
    const { page } = staff
    const before = await ok(avow.api().GET('/api/v1/operate/vault'))
    await page.goto('/operate/vault')
    await page.getByRole('button', { name: 'Replace the key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('avow vault rotate-key').waitFor()
    await dialog.getByRole('button', { name: 'Replace it' }).click()
    await expect
      .poll(async () => (await ok(avow.api().GET('/api/v1/operate/vault'))).keyId, { timeout: 30_000 })
      .not.toBe(before.keyId)
    await page.getByText('one key wraps everything').waitFor()
  })
})

describe('a person who moves or leaves', () => {
  test('brings an export, sees what was made and what was there, and a file that is no archive changes nothing', async () => {
    const { page } = owner
    const buffer = await takeOut(ada)
    const grace = await createPerson(avow, 'grace')
    const elsewhere = await openWindow(browser, avow.url, {}, [400, 422])
    await signIn(elsewhere.page, grace.email, grace.password)
    await elsewhere.page.goto('/your-data')
    const choose = elsewhere.page.getByLabel('Archive to bring')
    await choose.setInputFiles({ name: 'notes.tar.gz', mimeType: 'application/gzip', buffer: Buffer.from('notes') })
    await elsewhere.page.getByRole('alert').waitFor()
    await choose.setInputFiles({ name: 'ada.tar.gz', mimeType: 'application/gzip', buffer })
    await rowOf(elsewhere.page, 'What was made anew', 'Lovelace').getByText('made', { exact: true }).waitFor()
    await elsewhere.page.getByText('avow privacy import ada.tar.gz').waitFor()
    const { organisations } = await ok(grace.api.GET('/api/v1/me'))
    expect(organisations.map(({ name }) => name)).toContain('Lovelace')
    await choose.setInputFiles({ name: 'ada.tar.gz', mimeType: 'application/gzip', buffer })
    await rowOf(elsewhere.page, 'What was made anew', 'Lovelace').getByText('was there already').waitFor()
    expect(elsewhere.misdeeds).toEqual([])
    await elsewhere.context.close()
    await page.bringToFront()
  })

  test('closes an organisation with the password, finds it under Account, as officers find its id, and opens it again', async () => {
    const { page } = owner
    await page.goto(`/organisations/${organisationId}/settings`)
    await page.getByRole('button', { name: 'Close the organisation' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`avow organisation close ${organisationId}`).waitFor()
    await dialog.getByLabel('Your password').fill(ada.password)
    await dialog.getByRole('button', { name: 'Close it' }).click()
    await page.getByRole('dialog', { name: 'Lovelace is closed' }).waitFor()
    const names = async () => (await ok(ada.api.GET('/api/v1/me'))).organisations.map(({ name }) => name)
    expect(await names()).not.toContain('Lovelace')
    await dialog.getByText(`avow organisation reopen ${organisationId}`).waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await staff.page.goto('/privacy/closed-organisations')
    const listed = staff.page.getByRole('table', { name: 'Closed organisations' })
    await listed.getByText('can be opened again').waitFor()
    expect(await listed.getByText('Lovelace').count()).toBe(0)
    await page.goto('/account')
    await rowOf(page, 'Organisations that you closed', 'Lovelace').getByRole('button', { name: 'Open again' }).click()
    await expect.poll(names).toContain('Lovelace')
  })

  test('in all of it no other host was called and no script failed', () => {
    expect([...owner.misdeeds, ...staff.misdeeds]).toEqual([])
  })
})

describe('somebody without an account', () => {
  test('writes to the data protection officer, and is answered by the officer', async () => {
    const { page, context, misdeeds } = await openWindow(browser, avow.url)
    await page.goto('/policy')
    await page.getByRole('link', { name: 'Write to us' }).click()
    await page.getByRole('heading', { name: 'Write to us' }).waitFor()
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('Give an address for the answer.').waitFor()
    await page.getByRole('combobox', { name: 'To' }).selectOption('dpo')
    await page.getByLabel('Your email address').fill('grace@people.example')
    await page.getByRole('textbox', { name: 'Message' }).fill('What do you hold of me?')
    await page.getByText('avow contact write --to dpo --email grace@people.example').waitFor()
    await page.getByRole('button', { name: 'Send message' }).click()
    await page.getByText('Your message has arrived').waitFor()
    expect(misdeeds).toEqual([])
    await context.close()

    await staff.page.goto('/privacy/messages')
    const row = rowOf(staff.page, 'Messages', 'grace@people.example')
    await row.getByText('To: Data protection officer').waitFor()
    await row.getByRole('button', { name: 'Answer' }).click()
    const dialog = staff.page.getByRole('dialog', { name: 'Answer grace@people.example' })
    await dialog.getByRole('textbox', { name: 'Answer' }).fill('We hold nothing of you.')
    await dialog.getByRole('button', { name: 'Send answer' }).click()
    await row.getByText('answered').waitFor()
    const { items } = await ok(avow.api().GET('/api/v1/privacy/messages'))
    expect(items).toMatchObject([{ state: 'answered', contact: 'dpo', answer: 'We hold nothing of you.' }])
    const query = { to: 'grace@people.example' }
    expect((await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))).items).toMatchObject([
      { kind: 'answer' },
    ])
    expect(staff.misdeeds).toEqual([])
  })
})
