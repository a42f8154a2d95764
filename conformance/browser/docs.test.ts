import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, goAndSettle, openBrowser, openWindow, overflowOf, type Window } from './browser.ts'

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

/** A page of each kind that there is: prose, code in tabs, wide tables, quotes, and what is made from the contract. */
const kinds = [
  '/docs/',
  '/docs/quickstart',
  '/docs/guide/people',
  '/docs/operate/configuration',
  '/docs/concepts/promises',
  '/docs/policy/rules',
  '/docs/reference/inference',
  '/docs/reference/api/',
  '/docs/reference/api/api-keys',
  '/docs/errors/not_found',
]

describe('a page of each kind', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow(browser, avow.url)
    return () => window.context.close()
  })

  test.each(kinds)('%s is accessible, light and dark, and fits a phone', async (link) => {
    const { page } = window
    await page.setViewportSize({ width: 1280, height: 860 })
    await page.emulateMedia({ colorScheme: 'light' })
    await goAndSettle(page, link)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html.dark').waitFor()
    await expectAccessible(page, 'colours')
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
  })

  test('on none of them another host is called or a script fails', () => {
    expect(window.misdeeds).toEqual([])
  })
})

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
  await page.getByRole('searchbox').press('Escape')
  await page.getByRole('searchbox').waitFor({ state: 'detached' })
  await page.getByRole('switch').first().click()
  const kept = await page.evaluate<string[]>('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')
  const { clauses } = await ok(avow.api(null).GET('/api/v1/policy'))
  const listed = clauses.map(({ promise }) => promise).filter((promise) => promise.includes('(localStorage)'))
  expect(listed).toHaveLength(1)
  expect(kept).toContain('avow.appearance')
  for (const key of kept) expect(listed[0]).toContain(`${key} (localStorage)`)
  // What a script tries beyond the list is not kept, by whatever way.
  await page.evaluate(
    "localStorage.setItem('stray', '1'); localStorage.stray2 = '1'; sessionStorage.setItem('stray', '1'); document.cookie = 'stray=1'; try { indexedDB.open('stray') } catch {}",
  )
  expect(await page.evaluate<string[]>('[...Object.keys(localStorage), ...Object.keys(sessionStorage)]')).toEqual(kept)
  expect(await page.evaluate<unknown[]>('indexedDB.databases()')).toEqual([])
  expect(await context.cookies()).toEqual([])
  await page.goto('/sign-in')
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await context.close()
})
