import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goodPassword, newEmail, ok, tokenIn, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { openBrowser, openWindow, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let window: Window
let page: Page
let uri = ''
let backupCode = ''

beforeAll(async () => {
  avow = await startAvow()
  browser = await openBrowser()
  window = await openWindow(browser, avow.url, {}, [401, 403, 404])
  page = window.page
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

const { email, password } = {
  email: () => avow.firstRun.operator.email,
  password: () => avow.firstRun.operator.password,
}
const go = (name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click()
const twoStep = () => page.locator('#two-step')
const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()

describe('the operator sets the cloud up', () => {
  test('the first sign-in shows what to do, and nothing under Operate works without a second factor', async () => {
    await signIn(page, email(), password())
    await page.getByRole('heading', { name: 'Set up this cloud' }).waitFor()
    await go('Outbox')
    await page.getByText('A second factor is needed here').waitFor()
    expect(await page.getByRole('list', { name: 'Mail' }).count()).toBe(0)
  })

  test('a wrong password does not begin two-step sign-in; the right one shows secret and backup codes', async () => {
    await page.getByRole('link', { name: 'Go to two-step sign-in' }).click()
    await twoStep().getByLabel('Your password').fill('not the password')
    await page.getByRole('button', { name: 'Set up two-step sign-in' }).click()
    await page.getByRole('alert').waitFor()
    await twoStep().getByLabel('Your password').fill(password())
    await page.getByRole('button', { name: 'Set up two-step sign-in' }).click()
    await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
    const secret = await page.getByText('Or type the secret').locator('code').textContent()
    uri = `otpauth://totp/Avow?secret=${secret}`
    backupCode = (await page.locator('.codes code').first().textContent()) ?? ''
    expect(backupCode).not.toBe('')
  })

  test('a wrong code changes nothing; the right one turns it on', async () => {
    await page.getByLabel('Write the code').fill('000000')
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Write the code').fill(totpCode(uri))
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('Two-step sign-in is on').waitFor()
  })

  test('the next sign-in asks for a code, refuses a wrong one, and then staff pages work', async () => {
    await page.getByRole('button', { name: 'Account', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Email').fill(email())
    await page.getByLabel('Password', { exact: true }).fill(password())
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('Code').fill('123456')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Code').fill(backupCode)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await heading('Overview')
    await go('Staff')
    await page.getByRole('row', { name: new RegExp(email()) }).waitFor()
  })

  test('the outbox shows a mail with its link, and the link leads to the right page', async () => {
    const to = newEmail('guest')
    const path = { organisationId: avow.firstRun.organisation.id }
    await go('Members')
    await page.getByRole('button', { name: 'Invite a person' }).click()
    await page.getByLabel('Email').fill(to)
    await page.getByText(`avow member invite ${to} --role member --organisation ${path.organisationId}`).waitFor()
    await page.getByRole('button', { name: 'Send invitation' }).click()
    await page
      .getByRole('row', { name: new RegExp(to) })
      .getByText('pending')
      .waitFor()
    await go('Outbox')
    expect(await page.getByRole('list', { name: 'Mail' }).getByText(to).count()).toBe(0)
    await page.getByLabel('To', { exact: true }).fill(to)
    const mail = page.getByRole('list', { name: 'Mail' }).getByRole('listitem').filter({ hasText: to })
    await mail.locator('summary').click()
    expect(await mail.getByRole('link').count()).toBe(0)
    await mail.getByLabel('Reason').fill('Hand on the invitation: no mail server is set')
    await mail.getByLabel('Ticket').fill('4711')
    await mail.getByRole('button', { name: 'Open their mail' }).click()
    await mail.getByRole('link').first().click()
    await heading('You are invited')
    expect(new URL(page.url()).pathname).toBe('/invitations/accept')
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.getByRole('alert').waitFor()
  })

  test('an invited person accepts by the link and is a member', async () => {
    const guest = newEmail('member')
    const stranger = avow.api(null)
    const signUp = { email: guest, name: 'Grace', password: goodPassword, birthDate: '1990-05-17' }
    await ok(stranger.POST('/api/v1/auth/sign-up', { body: signUp }))
    const outbox = async (kind: string) => {
      const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: guest } } }))
      const mail = items.find((each) => each.kind.includes(kind))
      return mail ?? expect.fail(`no mail ${kind} in ${items.map((each) => each.kind).join(', ')}`)
    }
    await ok(stranger.POST('/api/v1/auth/verify-email', { body: { token: tokenIn(await outbox('verify')) } }))
    const path = { organisationId: avow.firstRun.organisation.id }
    const body = { email: guest, role: 'viewer' } as const
    await ok(avow.api().POST('/api/v1/organisations/{organisationId}/invitations', { params: { path }, body }))
    const other = await openWindow(browser, avow.url)
    await other.page.goto((await outbox('invit')).links[0] ?? '')
    await other.page.getByRole('link', { name: 'Sign in' }).click()
    await other.page.getByLabel('Email').fill(guest)
    await other.page.getByLabel('Password', { exact: true }).fill(goodPassword)
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByRole('button', { name: 'Accept the invitation' }).click()
    await other.page.getByText(`Welcome to ${avow.firstRun.organisation.name}`).waitFor()
    expect(new URL(other.page.url()).pathname).toBe(`/projects/${avow.firstRun.project.id}`)
    await other.page.goto(`/projects/${avow.firstRun.project.id}/keys`)
    await other.page.getByRole('row', { name: /first run/ }).waitFor()
    expect(await other.page.getByRole('button', { name: 'Create a key' }).count()).toBe(0)
    expect(other.misdeeds).toEqual([])
    await other.context.close()
  })

  test('an upstream is added with its price, shown to builders, and disabled', async () => {
    await page.goto('/operate/models')
    await page.getByRole('button', { name: 'Add an upstream' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Id', { exact: true }).fill('lab-model')
    await dialog.getByLabel('Address').fill('http://127.0.0.1:9/v1')
    await dialog.getByLabel('Key of the upstream').fill('sk-very-secret')
    await dialog.getByLabel('Price, prompt').fill('0.15')
    const line =
      'avow model add lab-model --upstream http://127.0.0.1:9/v1 --upstream-key KEY --price-in 0.15 --price-out 0'
    await dialog.getByText(line).waitFor()
    expect(await dialog.innerText()).not.toContain('sk-very-secret')
    await dialog.getByRole('button', { name: 'Add model' }).click()
    await page
      .getByRole('row', { name: /lab-model/ })
      .getByText('0.15')
      .waitFor()
    await page.getByRole('button', { name: 'Acts on lab-model' }).click()
    await page.getByRole('menuitem', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await page
      .getByRole('row', { name: /lab-model/ })
      .getByText('disabled')
      .waitFor()
    await go('Models')
    await page.getByLabel('Search').fill('lab')
    await page
      .getByRole('row', { name: /lab-model/ })
      .getByText('disabled')
      .waitFor()
  })

  test('the report says the same as the API, clause by clause, and runs again when asked', async () => {
    await go('Policy report')
    await heading('Policy report')
    // All checks live through the system: how long that takes is the machine's affair.
    const done = page.waitForResponse((response) => response.request().method() === 'POST', { timeout: 100_000 })
    await page.getByRole('button', { name: 'Run every check now' }).click()
    await done
    await page.getByText('checked just now').waitFor()
    const report = await ok(avow.api().GET('/api/v1/privacy/report'))
    const clauses = page.getByRole('list', { name: 'Clauses' }).getByRole('listitem')
    expect(await clauses.count()).toBe(report.clauses.length)
    for (const state of ['kept', 'broken', 'attested', 'informed', 'unproven'] as const) {
      const choice = page.getByRole('group', { name: 'Show clauses' }).getByRole('button', { name: state })
      expect(await choice.innerText()).toContain(String(report.summary[state]))
    }
    const unproven = report.clauses.find((clause) => clause.state === 'unproven')
    const shown = clauses.filter({ hasText: unproven?.id ?? 'none' })
    await shown.locator('summary').click()
    await shown.getByText(unproven?.reason ?? 'none').waitFor()
  })

  test('the data map lists every column that the API lists', async () => {
    await go('Data map')
    const query = { limit: 2000 }
    const { items } = await ok(avow.api().GET('/api/v1/privacy/data-map', { params: { query } }))
    const tables = new Set(items.map(({ table }) => table)).size
    await page.getByText(`${items.length} columns in ${tables} tables`).waitFor()
    await page.getByLabel('Search').fill('secret')
    await page.getByRole('table').first().waitFor()
  })

  test('in all of it no other host was called and no script failed', () => {
    expect(window.misdeeds).toEqual([])
  })
})
