import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, type Look, openBrowser, openWindow, overflowOf } from './browser.ts'

let avow: RunningAvow
let browser: Browser

beforeAll(async () => {
  avow = await startAvow()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

/** Opens every page that the menu names, and one of the error pages. */
const tour = async (look: Look, judge: (page: Page) => Promise<void>): Promise<void> => {
  const { page, context, misdeeds } = await openWindow(browser, avow.url, look)
  await page.goto('/docs/')
  const menu = page.getByRole('navigation', { name: 'Sidebar Navigation' })
  const links = await menu.locator('a').evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''))
  expect(links.length).toBeGreaterThan(30)
  for (const link of [...new Set(links), '/docs/errors/not_found']) {
    await page.goto(link)
    await page.waitForLoadState('networkidle')
    await judge(page).catch((error: unknown) => {
      throw new Error(`${link}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
  }
  expect(misdeeds).toEqual([])
  await context.close()
}

test.each(['light', 'dark'] as const)('axe finds nothing on any page of the docs in the %s appearance', (colorScheme) =>
  tour({ colorScheme }, expectAccessible))

test('no page of the docs scrolls sideways at 360 pixels', () =>
  tour({ size: [360, 740] }, async (page) => {
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
  }))

test('a code of the API is found by the search of the docs, which leads to its page', async () => {
  const { page, context, misdeeds } = await openWindow(browser, avow.url)
  await page.goto('/docs/')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('idempotency_mismatch')
  await page.getByRole('option').first().click()
  await page.waitForURL(/\/docs\/errors\/idempotency_mismatch/)
  expect(misdeeds).toEqual([])
  await context.close()
})

test('one choice of light or dark holds for docs and console, and the docs keep nothing that the policy does not list', async () => {
  const { page, context } = await openWindow(browser, avow.url)
  await page.goto('/docs/')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('switch').first().click()
  const kept = await page.evaluate<string[]>('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')
  const { clauses } = await ok(avow.api(null).GET('/api/v1/policy'))
  const listed = clauses.map(({ promise }) => promise).filter((promise) => promise.includes('(localStorage)'))
  expect(listed).toHaveLength(1)
  expect(kept).toContain('avow.appearance')
  for (const key of kept) expect(listed[0]).toContain(`${key} (localStorage)`)
  expect(await context.cookies()).toEqual([])
  await page.goto('/sign-in')
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await context.close()
})
