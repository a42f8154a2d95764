import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPerson } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { openBrowser, openWindow, signIn } from './browser.ts'

let avow: RunningAvow
let browser: Browser

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

test('when the server goes away the console says so, keeps what was typed, and goes on when it is back', async () => {
  const { page } = await openWindow(browser, avow.url)
  await signIn(page, avow.firstRun.operator.email, avow.firstRun.operator.password)
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'Create a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('written before the outage')
  await avow.kill9()
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await dialog.getByText('The server does not answer').waitFor()
  expect(await dialog.getByLabel('Name').inputValue()).toBe('written before the outage')
  const banner = page.getByText('the page goes on by itself when the server is back')
  await banner.waitFor()
  await avow.restart()
  await banner.waitFor({ state: 'hidden' })
  await dialog.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('dialog', { name: 'Secret of written before the outage' }).waitFor()
})

test('a session that was ended elsewhere leads to sign-in, and from there back to the same page', async () => {
  const person = await createPerson(avow, 'elsewhere')
  const { page } = await openWindow(browser, avow.url, {}, [401])
  await signIn(page, person.email, person.password)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const ended = await person.api.POST('/api/v1/me/sessions/end-others')
  expect(ended.data?.ended).toBe(1)
  await page.getByRole('link', { name: 'Retention' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Retention', level: 1 }).waitFor()
})
