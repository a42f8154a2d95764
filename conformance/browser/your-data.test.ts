import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPerson, failure, ok, type Person } from '../src/people.ts'
import { newFolder, type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, openBrowser, openWindow, overflowOf, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let person: Person
let window: Window
let page: Page
let receipt = ''
const folder = newFolder()

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  browser = await openBrowser()
  person = await createPerson(avow, 'ada')
  await ok(avow.api().POST('/api/v1/privacy/report'))
  // A wrong password is tried below; the erasure ends the session.
  window = await openWindow(browser, avow.url, {}, [401])
  page = window.page
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

const save = async (button: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  const file = join(folder, download.suggestedFilename())
  await download.saveAs(file)
  return file
}

const askForErasure = async (delay: string, password: string) => {
  await page.getByRole('button', { name: 'Erase everything about me' }).click()
  const dialog = page.getByRole('dialog', { name: 'Erase everything about you' })
  await dialog.getByRole('heading', { name: 'What stays, and why' }).waitFor()
  await dialog.getByLabel('It begins').selectOption(delay)
  await dialog.getByLabel('Your password').fill(password)
  return dialog
}

/** Each step begins where the one before ended: a person looks, takes, changes their mind, and goes. */
describe('a person and their data', () => {
  test('one page says what is held about them, why, since when, until when and who may receive it', async () => {
    await signIn(page, person.email, person.password)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Data and rights' }).click()
    await page.getByRole('heading', { name: 'Your data', level: 1 }).waitFor()
    const held = page.getByRole('table', { name: 'What is held about you' })
    const row = held.getByRole('row', { name: /How to reach you/ })
    await row.getByText('Your email address and when it was verified').waitFor()
    await row.getByRole('link', { name: '30 days after the account is closed' }).waitFor()
    await row.getByText('nobody outside').waitFor()
  })

  test('a period leads to the promise, its rule, its check and its evidence', async () => {
    await page.getByRole('link', { name: '30 days after the account is closed' }).first().click()
    await page.getByRole('heading', { name: 'Policy report', level: 1 }).waitFor()
    const clause = page.getByRole('list', { name: 'Clauses' }).getByRole('listitem').first()
    await clause.getByText('Account data is kept').waitFor()
    await clause.locator('code', { hasText: 'retain(account, P30D' }).first().waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Your data', level: 1 }).waitFor()
  })

  test('a copy is made, says how far it is, is downloaded whole, listed as answered, and deleted', async () => {
    await page.getByRole('button', { name: 'Make a copy' }).click()
    await page.getByText('Your copy is ready').waitFor()
    const file = await save('Download')
    execFileSync('tar', ['-xzf', file, '-C', folder])
    expect(execFileSync('cat', [join(folder, 'data/person.jsonl')], { encoding: 'utf8' })).toContain(person.email)
    const asked = page.getByRole('table', { name: 'What you asked for' })
    await asked
      .getByRole('row', { name: /A copy of the data/ })
      .getByText('done', { exact: true })
      .waitFor()
    await page.getByRole('button', { name: 'Delete it' }).click()
    await page.getByRole('button', { name: 'Make a copy' }).waitFor()
    expect((await ok(person.api.GET('/api/v1/me/export'))).export).toBeNull()
  })

  test('they say what their data may serve, and it holds at once', async () => {
    const choices = page.getByRole('region', { name: 'Decide what it may serve' })
    await choices.getByRole('button', { name: 'Restrict its use' }).click()
    const dialog = page.getByRole('dialog', { name: 'Have the data stored and not used' })
    await dialog.getByText('avow privacy restrict', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Restrict its use' }).click()
    await choices.getByRole('button', { name: 'Lift the restriction' }).click()
    const own = () => ok(person.api.GET('/api/v1/me/privacy/choices'))
    expect((await own()).restriction).not.toBeNull()
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the restriction' }).click()
    await choices.getByRole('button', { name: 'Restrict its use' }).waitFor()
    expect((await own()).restriction).toBeNull()
  })

  test('what no button does they ask a person for, and read the answer and the refusal with its way to appeal', async () => {
    await page.getByRole('button', { name: 'Ask for something else' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ask for something else' })
    await dialog.getByLabel('In your words').fill('Who saw my usage in May?')
    await dialog.getByRole('button', { name: 'Ask' }).click()
    await page.getByRole('heading', { name: 'To see the data', level: 1 }).waitFor()
    const requestId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const body = { ground: 'excessive', reason: 'It was answered last week.' } as const
    const params = { path: { requestId } }
    await ok(avow.api().POST('/api/v1/privacy/requests/{requestId}/deny', { params, body }))
    await page.reload()
    await page.getByText('refused', { exact: true }).waitFor()
    await page.getByText('It was answered last week.').waitFor()
    await page.getByRole('button', { name: 'Appeal' }).click()
    const appeal = page.getByRole('dialog', { name: 'Appeal against the refusal' })
    await appeal.getByLabel('Why the refusal is wrong').fill('I never asked before.')
    await appeal.getByText(`avow privacy appeal ${requestId} --details 'I never asked before.'`).waitFor()
    await appeal.getByRole('button', { name: 'Appeal' }).click()
    await page.getByRole('heading', { name: 'Appeal against a refusal', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Data and rights' }).click()
    await page.getByRole('heading', { name: 'Your data', level: 1 }).waitFor()
  })

  test('a notice is shown on every page until they have read it', async () => {
    const notice = { kind: 'service', subject: 'Maintenance on Sunday', body: 'Models pause from 6 to 7 UTC.' } as const
    await ok(avow.api().POST('/api/v1/privacy/notices', { body: notice }))
    await expect
      .poll(async () => (await ok(person.api.GET('/api/v1/me/notices'))).items.length, { timeout: 30_000 })
      .toBe(1)
    await page.reload()
    await page.getByRole('region', { name: 'Notice' }).getByRole('link', { name: 'Read it' }).click()
    await page.getByText(notice.body).waitFor()
    await page.getByRole('button', { name: 'I have read it' }).click()
    await page.getByRole('button', { name: 'I have read it' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Data and rights' }).click()
    await page.getByRole('heading', { name: 'Your data', level: 1 }).waitFor()
    expect(await page.getByRole('region', { name: 'Notice' }).count()).toBe(0)
  })

  test('erasure needs the password and a clear yes; a wrong password erases nothing', async () => {
    const dialog = await askForErasure('P7D', 'not the password')
    await dialog.getByText('avow privacy erase --me --delay P7D').waitFor()
    await dialog.getByRole('button', { name: 'Ask for erasure' }).click()
    await dialog.getByText('Say that you are sure').waitFor()
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('button', { name: 'Ask for erasure' }).click()
    await dialog.getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByText('Your erasure begins').count()).toBe(0)
  })

  test('an erasure that waits is shown after a reload too, and can be cancelled', async () => {
    const dialog = await askForErasure('', person.password)
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('button', { name: 'Ask for erasure' }).click()
    await page.getByRole('heading', { name: 'Receipt', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'your data' }).click()
    await page.getByText('Your erasure begins in 3 days').waitFor()
    await page.reload()
    await page.getByText('Your erasure begins in 3 days').waitFor()
    await page.getByRole('button', { name: 'Cancel the erasure' }).click()
    const cancel = page.getByRole('dialog', { name: 'Cancel your erasure' })
    await cancel.getByText('avow privacy erase --me --cancel').waitFor()
    await cancel.getByRole('button', { name: 'Keep my account' }).click()
    await page.getByRole('button', { name: 'Erase everything about me' }).waitFor()
    const asked = page.getByRole('table', { name: 'What you asked for' })
    await asked
      .getByRole('row', { name: /Erasure/ })
      .getByText('cancelled', { exact: true })
      .waitFor()
  })

  test('then they are erased, and the receipt, opened without an account, shows a proof that holds', async () => {
    const dialog = await askForErasure('PT0S', person.password)
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('button', { name: 'Ask for erasure' }).click()
    receipt = (await page.getByRole('region', { name: 'Address of the receipt' }).textContent()) ?? ''
    expect(new URL(receipt).pathname).toMatch(/^\/receipts\//)
    await window.context.clearCookies()
    await page.goto(receipt)
    await page.getByRole('heading', { name: 'Receipt', level: 1 }).waitFor()
    await page.getByText('The proof holds').waitFor({ timeout: 90_000 })
    expect(await failure(person.api.GET('/api/v1/me'))).toMatchObject({ status: 401 })
    await expectAccessible(page)
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 1280, height: 860 })
  })

  test('the receipt is about this address and about no other, as the browser finds by itself', async () => {
    await page.getByLabel('Email address').fill('somebody.else@example.org')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('The receipt is about another address').waitFor()
    await page.getByLabel('Email address').fill(person.email)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('The receipt is about this address').waitFor()
  })

  test('its file verifies offline by the line that the page shows, and not after one letter is changed', async () => {
    const proof = await save('Save the proof')
    const key = await save('Save the key')
    const line = (await page.getByRole('region', { name: 'Check offline' }).textContent()) ?? ''
    expect(line).toBe('avow evidence verify erased.tlog-proof --key avow.vkey')
    const verify = (file: string) => avow.cli(['evidence', 'verify', file, '--key', key])
    expect(await verify(proof)).toMatchObject({ code: 0 })
    const text = execFileSync('cat', [proof], { encoding: 'utf8' })
    const altered = join(folder, 'altered.tlog-proof')
    writeFileSync(altered, text.replace('index ', 'index 1'))
    expect((await verify(altered)).code).toBe(1)
  })

  test('in all of it no other host was called and no script failed', () => {
    expect(window.misdeeds).toEqual([])
  })
})
