import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addModel, createKey } from '../src/inference.ts'
import { ownBodies, starterWithBodies } from '../src/kept-bodies.ts'
import { type MockUpstream, startMockUpstream } from '../src/mock-upstream.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, openBrowser, openWindow, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let mock: MockUpstream
let browser: Browser
let window: Window
let page: Page
beforeAll(async () => {
  mock = await startMockUpstream()
  avow = await startAvow({ env: { AVOW_ENGINE: 'off', AVOW_POLICY: starterWithBodies() } })
  await addModel(avow, 'mock', mock.url)
  browser = await openBrowser()
  window = await openWindow(browser, avow.url, {}, [401, 403, 404])
  page = window.page
  await signIn(page, avow.firstRun.operator.email, avow.firstRun.operator.password)
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
  await mock?.[Symbol.asyncDispose]()
})

const logs = async (): Promise<void> => {
  await page.goto(`/projects/${avow.firstRun.project.id}/logs`)
  await page.getByRole('heading', { level: 1, name: 'Logs', exact: true }).waitFor()
}

test('a project keeps bodies for a week, sees who said so, reads a call and deletes it', async () => {
  await logs()
  await page.getByText('No bodies are kept.').waitFor()
  await page.getByRole('button', { name: 'Keep bodies' }).click()
  await page.getByRole('dialog').getByLabel('Days').fill('31')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep bodies' }).click()
  await page.getByRole('alert').getByText('30 days at most').waitFor()
  await page.getByRole('dialog').getByLabel('Days').fill('7')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep bodies' }).click()
  await page.getByText('7 days').waitFor()
  expect(await ownBodies(avow).keeping()).toMatchObject({ keep: true, period: 'P7D' })
  await page.getByText(/^Said/).waitFor()

  const { openai } = await createKey(avow, 'a debugged program')
  await openai.chat.completions.create({ model: 'mock', messages: [{ role: 'user', content: 'a question of mine' }] })
  await logs()
  await expectAccessible(page)
  await page.getByLabel('Key', { exact: true }).selectOption('a debugged program')
  await page.getByRole('button', { name: 'Open the call to mock' }).click()
  await page.getByRole('dialog').getByText('a question of mine').waitFor()
  await page.getByRole('dialog').getByText('word0 word1').waitFor()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No kept call is like that').waitFor()
  expect((await ownBodies(avow).list()).items).toEqual([])
})

test('a stored response is found among the calls, with the id by which the project’s keys have it', async () => {
  const { openai } = await createKey(avow, 'responses')
  const { id } = await openai.responses.create({ model: 'mock', input: 'another question' })
  await logs()
  await page.getByLabel('Kind', { exact: true }).selectOption('responses')
  await page.getByRole('button', { name: 'Open the call to mock' }).click()
  await page.getByRole('dialog').getByTitle(`Copy ${id}`).waitFor()
  await page.getByRole('dialog').getByText('another question').first().waitFor()
})

test('a project that keeps no more says so, and no script failed on the way', async () => {
  await logs()
  await page.getByRole('button', { name: 'Keep no more' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep no more' }).click()
  await page.getByText('No bodies are kept.').waitFor()
  expect(await ownBodies(avow).keeping()).toMatchObject({ keep: false })
  expect(window.misdeeds).toEqual([])
})
