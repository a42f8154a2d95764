import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mockLine } from '../src/batches.ts'
import { addModel } from '../src/inference.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { goodPassword, mailTo, newEmail, ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, openBrowser, openWindow, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let window: Window
let page: Page
const email = newEmail('ada')
let secret = ''
let upstream: MockUpstream

beforeAll(async () => {
  avow = await startAvow()
  upstream = await startMockUpstream()
  await addModel(avow, 'slow-model', upstream.url)
  browser = await openBrowser()
  window = await openWindow(browser, avow.url, {}, [403])
  page = window.page
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
  await upstream?.[Symbol.asyncDispose]()
})

const projectId = () => new URL(page.url()).pathname.split('/')[2] ?? ''

const fillSignUp = async (birthDate: string, address = email) => {
  await page.getByLabel('Name').fill('Ada Byron')
  await page.getByLabel('Email').fill(address)
  await page.getByLabel('Password', { exact: true }).fill(goodPassword)
  await page.getByLabel('Date of birth').fill(birthDate)
  await page.getByRole('button', { name: 'Create account' }).click()
}

/** Each step begins where the one before ended: a stranger's first quarter of an hour. */
describe('a stranger becomes a user', () => {
  test('a visitor is asked to sign in, and comes back to the page that was asked for', async () => {
    await page.goto('/privacy/report')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(new URL(page.url()).searchParams.get('next')).toBe('/privacy/report')
  })

  test('the privacy policy is a page that anyone can read', async () => {
    await page.getByRole('link', { name: 'Privacy policy of this cloud' }).click()
    const { name } = await ok(avow.api(null).GET('/api/v1/policy'))
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/policy')
  })

  test('sign-up says what the date of birth is for, and refuses a child without keeping anything', async () => {
    await page.goto('/sign-up')
    const policy = await ok(avow.api(null).GET('/api/v1/policy'))
    await page.getByText(`minimum age, ${policy.minimumAge}`).waitFor()
    await fillSignUp(new Date().toISOString().slice(0, 10), newEmail('child'))
    await page.getByRole('alert').getByText('was not stored').waitFor()
  })

  test('sign-up sends a mail whose link verifies the address', async () => {
    await fillSignUp('1990-05-17')
    await page.getByText(`The mail to ${email} waits in the outbox`).waitFor()
    const mail = await mailTo(avow, email, 'verify-email')
    const link = mail.links.find((address) => address.includes('/verify-email'))
    expect(link).toContain(avow.url)
    await page.goto(link ?? '')
    await page.getByRole('heading', { name: 'Your address is verified' }).waitFor()
  })

  test('the first sign-in leads to a project that is ready to use', async () => {
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(goodPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    if (page.url().endsWith('/welcome')) {
      await page.getByLabel('Name of the organisation').fill('Analytical Engines')
      await page.getByRole('button', { name: 'Create organisation' }).click()
    }
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(projectId()).toMatch(/^prj_/)
  })

  test('a key is made with the limits that were asked for, and its secret is shown once', async () => {
    await page.getByRole('link', { name: 'Create an API key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill("Ada's laptop")
    await dialog.getByLabel('Requests a minute').fill('600')
    await dialog.getByText(`avow key create 'Ada'\\''s laptop' --rpm 600 --project ${projectId()}`).waitFor()
    await dialog.getByRole('button', { name: 'Create key' }).click()
    const shown = page.getByRole('dialog', { name: "Secret of Ada's laptop" })
    secret = (await shown.getByRole('region', { name: 'Secret of the key' }).textContent()) ?? ''
    await page.keyboard.press('Escape')
    await shown.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('row', { name: /Ada's laptop/ }).waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(secret)
    const models = await fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    expect(models.status).toBe(200)
  })

  test('the playground streams an answer and says what it cost in tokens', async () => {
    await page.getByRole('link', { name: 'Playground' }).click()
    await page.getByLabel('Model', { exact: true }).selectOption('avow-tiny')
    await page.getByLabel('Message').fill('What is red?')
    await page.keyboard.press('Enter')
    const answer = page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').last()
    await answer.getByText(/\d+ prompt \+ \d+ completion tokens/).waitFor()
    expect(await answer.textContent()).toMatch(/first after \d+ ms/)
  })

  test('a long answer stops when it is asked to, the model’s server notices, and what came stays', async () => {
    await page.getByLabel('Model', { exact: true }).selectOption('slow-model')
    await page.getByLabel('Message').fill(JSON.stringify({ tokens: 500, delayMs: 100 }))
    await page.getByRole('button', { name: 'Send' }).click()
    const answer = page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').last()
    await answer.getByText('answering').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await answer.getByText('stopped by you').waitFor()
    await expect.poll(() => upstream.produced.at(-1)?.state).toBe('caller-gone')
    expect((await answer.locator('.turn-text').textContent())?.length).toBeGreaterThan(0)
  })

  test('a batch is begun from a file, shows how far it is, and gives its answers', async () => {
    await page.getByRole('link', { name: 'Batches' }).click()
    await page.getByText('No batch yet').waitFor()
    await page.getByRole('button', { name: 'New batch' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Begin' }).click()
    await dialog.getByText('Choose a file first.').waitFor()
    await expectAccessible(page)
    const lines = [mockLine('quick', { tokens: 2 }), mockLine('slow', { tokens: 9, delayMs: 50 })]
    const buffer = Buffer.from(lines.join('\n').replaceAll('"mock"', '"slow-model"'))
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'calls.jsonl', mimeType: 'application/jsonl', buffer })
    await dialog.getByText('avow batches create calls.jsonl').waitFor()
    await dialog.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('completed, 2 of 2 lines').waitFor()
    await expectAccessible(page)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Answers of batch_/ }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/"custom_id":"quick".*\n.*"custom_id":"slow"/)
  })

  test('usage shows the same totals as the API and gives the CLI line for them', async () => {
    await page.getByRole('link', { name: 'Usage' }).click()
    const path = { projectId: projectId() }
    const body = { email, password: goodPassword, tokenWanted: true }
    const { token } = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body }))
    const read = () => ok(avow.api(token).GET('/api/v1/projects/{projectId}/usage', { params: { path } }))
    await expect.poll(async () => (await read()).totals.requests).toBe(4)
    const { totals } = await read()
    await page.reload()
    const figure = (name: string) => page.locator('.figure').filter({ hasText: name }).locator('.figure-value')
    await expect.poll(() => figure('Requests').first().textContent()).toBe(String(totals.requests))
    expect(await figure('Prompt tokens').textContent()).toBe(totals.promptTokens.toLocaleString('en'))
    expect(await figure('Completion tokens').textContent()).toBe(totals.completionTokens.toLocaleString('en'))
    await page.getByText(`--by day --project ${projectId()}`).waitFor()
  })

  test('a revoked key is shown as revoked and refused by the gateway', async () => {
    await page.getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('button', { name: "Acts on Ada's laptop" }).click()
    await page.getByRole('menuitem', { name: 'Revoke' }).click()
    await page.getByRole('button', { name: 'Revoke key' }).click()
    await page
      .getByRole('row', { name: /Ada's laptop/ })
      .getByText('revoked')
      .waitFor()
    const ask = () => fetch(`${avow.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    await expect.poll(async () => (await ask()).status).toBe(401)
  })

  test('signing out forgets the person: the page before shows nothing any more', async () => {
    await page.getByRole('button', { name: 'Account', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.content()).not.toContain(email)
  })

  test('in all of it no other host was called and no script failed', () => {
    expect(window.misdeeds).toEqual([])
  })

  test('the browser keeps the session cookie and the last project, as the policy says, and nothing else', async () => {
    const kept = await page.evaluate<string[]>('[...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()')
    expect(kept).toEqual(['avow.last-project'])
    expect((await window.context.cookies()).map(({ name, httpOnly }) => ({ name, httpOnly }))).toEqual([])
  })
})
