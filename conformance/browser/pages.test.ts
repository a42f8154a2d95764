import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../src/inference.ts'
import { ok, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { expectAccessible, goAndSettle, openBrowser, openWindow, overflowOf, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let session: Awaited<ReturnType<BrowserContext['storageState']>>

/** Pages by address; `{project}` and `{organisation}` are those of the first start. */
const signedIn = {
  '/projects/{project}': 'Overview',
  '/models': 'Models',
  '/projects/{project}/playground': 'Playground',
  '/projects/{project}/keys': 'API keys',
  '/projects/{project}/keys?create=true': 'API keys',
  '/projects/{project}/logs': 'Logs',
  '/projects/{project}/batches': 'Batches',
  '/projects/{project}/endpoints?create=true': 'Endpoints',
  '/projects/{project}/live': 'Live',
  '/projects/{project}/usage': 'Usage',
  '/projects/{project}/usage?by=key&range=custom': 'Usage',
  '/organisations/{organisation}/members': 'Members',
  '/organisations/{organisation}/projects': 'Projects',
  '/organisations/{organisation}/data': 'Data and agreements',
  '/organisations/{organisation}/settings': 'Organisation settings',
  '/account': 'Account',
  '/privacy/report': 'Policy report',
  '/privacy/data-map?search=person': 'Data map',
  '/privacy/processing-record': 'Processing record',
  '/privacy/processing-record?search=bill': 'Processing record',
  '/privacy/retention': 'Retention',
  '/privacy/report?search=START-26': 'Policy report',
  '/privacy/evidence': 'Evidence',
  '/privacy/requests': 'Requests',
  '/privacy/holds': 'Legal holds',
  '/privacy/holds?create=true': 'Legal holds',
  '/your-data': 'Your data',
  '/your-data/notices': 'Your notices',
  '/privacy/versions': 'Policy versions',
  '/privacy/people?person=operator%40avow.localhost': 'Consents and choices',
  '/privacy/attestations': 'Attestations',
  '/privacy/notices': 'Notices',
  '/privacy/access': 'Staff access',
  '/privacy/processors': 'Processors',
  '/privacy/plans': 'Deployment plans',
  '/privacy/training': 'Training approvals',
  '/privacy/training?create=true': 'Training approvals',
  '/privacy/training?kind=opt-in&inForce=true': 'Training approvals',
  '/privacy/closed-organisations': 'Closed organisations',
  '/privacy/authorities': 'Requests of authorities',
  '/privacy/authorities?create=true': 'Requests of authorities',
  '/privacy/plans?create=true': 'Deployment plans',
  '/operate/alerts': 'Security alerts',
  '/operate/vault': 'Vault',
  '/operate/backups': 'Backups',
  '/operate/gateways': 'Gateways',
  '/operate/balances': 'Prepaid balances',
  '/privacy/notices?create=true': 'Notices',
  '/operate/outbox': 'Outbox',
  '/operate/live': 'Live',
  '/operate/models': 'Model catalogue',
  '/operate/models/avow-tiny': 'Pool of avow-tiny',
  '/operate/staff': 'Staff',
  '/welcome': 'New organisation',
  '/no/such/page': 'There is no such page',
} as const
const signedOut = {
  '/sign-in': 'Sign in',
  '/sign-up': 'Create an account',
  '/verify-email': 'Verify your address',
  '/forgot-password': 'Reset the password',
  '/reset-password?token=x': 'Set a new password',
  '/invitations/accept?token=x': 'You are invited',
} as const

const turnOnSecondFactor = async (): Promise<string> => {
  const body = { ...avow.firstRun.operator, tokenWanted: true }
  const { token } = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body }))
  const { password } = avow.firstRun.operator
  const setup = await ok(avow.api(token).POST('/api/v1/me/totp', { body: { password } }))
  await ok(avow.api(token).POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
  return setup.backupCodes?.[0] ?? ''
}

beforeAll(async () => {
  avow = await startAvow()
  browser = await openBrowser()
  const { openai } = await createKey(avow, 'a program')
  await openai.chat.completions.create({ model: 'avow-tiny', messages: [{ role: 'user', content: 'What is red?' }] })
  await ok(avow.api().POST('/api/v1/privacy/report'))
  const params = { path: { organisationId: avow.firstRun.organisation.id } }
  const source = 'plan: pages\nagreement: MSA-1\nretention: { usage.inference: P60D }\n'
  await ok(avow.api().POST('/api/v1/privacy/plans/{organisationId}', { params, body: { source } }))
  const { page, context } = await openWindow(browser, avow.url, {}, [401])
  await signIn(page, avow.firstRun.operator.email, avow.firstRun.operator.password, await turnOnSecondFactor())
  session = await context.storageState()
  await context.close()
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

const addressOf = (path: string) =>
  path.replace('{project}', avow.firstRun.project.id).replace('{organisation}', avow.firstRun.organisation.id)

const open = async (page: Page, path: string, title: string) => {
  await goAndSettle(page, addressOf(path))
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
}

const windowOf = async (as: 'operator' | 'stranger', look: Parameters<typeof openWindow>[2]) => {
  const window = await openWindow(browser, avow.url, look)
  if (as === 'operator') await window.context.addCookies(session.cookies)
  return window
}

describe.each([
  ['operator', signedIn],
  ['stranger', signedOut],
] as const)('for the %s', (as, pages) => {
  let window: Window
  beforeAll(async () => {
    window = await windowOf(as, {})
    return () => window.context.close()
  })

  test.each(Object.entries(pages))('%s is accessible, light and dark, and fits a phone', async (path, title) => {
    const { page } = window
    await page.setViewportSize({ width: 1280, height: 860 })
    await page.emulateMedia({ colorScheme: 'light' })
    await open(page, path, title)
    await expectAccessible(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
    await expectAccessible(page, 'colours')
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
  })

  test('on none of these pages another host is called or a script fails', () => {
    expect(window.misdeeds).toEqual([])
  })
})

test('on a phone the menu leads to every page that the wide screen shows', async () => {
  const wide = await windowOf('operator', {})
  const phone = await windowOf('operator', { size: [360, 740] })
  await open(wide.page, '/models', 'Models')
  await open(phone.page, '/models', 'Models')
  await phone.page.getByRole('button', { name: 'Open the menu' }).click()
  const links = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()
  const shown = await links(phone.page)
  expect(shown.length).toBeGreaterThan(10)
  expect(shown).toEqual(await links(wide.page))
  await phone.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Retention' }).click()
  await phone.page.getByRole('heading', { name: 'Retention', level: 1 }).waitFor()
  expect(await phone.page.getByRole('dialog').count()).toBe(0)
})

test('opening the overview for the first time fetches at most 200 kB of script and style, compressed', async () => {
  const { page, context } = await windowOf('operator', {})
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname))
      sizes.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize }) => responseBodySize),
      )
  })
  await open(page, '/projects/{project}', 'Overview')
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  expect(total).toBeGreaterThan(50_000)
  expect(total).toBeLessThanOrEqual(200_000)
  await context.close()
})

describe('without a mouse', () => {
  test('the first Tab offers to skip the menu, and leads to the content', async () => {
    const { page, context } = await windowOf('operator', {})
    await open(page, '/models', 'Models')
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate<boolean>('document.querySelector("main").contains(document.activeElement)')).toBe(true)
    await context.close()
  })

  test('the command palette finds a page by another word for it', async () => {
    const { page, context } = await windowOf('operator', {})
    await open(page, '/models', 'Models')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to a page' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.type('promises')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Policy report', level: 1 }).waitFor()
    await context.close()
  })

  test('a menu and a dialog are used with keys alone and give the focus back', async () => {
    const { page, context } = await windowOf('operator', {})
    await open(page, '/projects/{project}/keys', 'API keys')
    const button = page.getByRole('button', { name: 'Acts on a program' })
    await button.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true)
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Revoke a program' })
    await dialog.waitFor()
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab')
      expect(
        await page.evaluate<boolean>(
          'document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)',
        ),
      ).toBe(true)
    }
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true)
    await context.close()
  })

  test('following a link moves the reading position to the new page', async () => {
    const { page, context } = await windowOf('operator', {})
    await open(page, '/models', 'Models')
    await page.getByRole('link', { name: 'Retention' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Retention', level: 1 }).waitFor()
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('main')
    expect(await page.title()).toBe('Retention · Avow')
    await context.close()
  })
})
