import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'
import { expect } from 'vitest'

const programs = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** A headless Chromium of this machine that calls nobody by itself. */
export const openBrowser = async (): Promise<Browser> => {
  const executablePath = programs.find((program) => existsSync(program))
  if (executablePath === undefined)
    throw new Error(`No Chromium is installed: none of ${programs.join(', ')} is there.`)
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet] })
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark'
  /** Width and height in CSS pixels; default 1280 x 860. */
  readonly size?: readonly [number, number]
}

/** A window of a person of their own, which notes everything that a page should not do. */
export interface Window {
  readonly page: Page
  readonly context: BrowserContext
  /** Requests to any other host, errors of scripts, refusals by the content security policy. */
  readonly misdeeds: string[]
}

/**
 * Opens a window. `expectedStatus` are refusals that the test causes: a browser writes each refused request to its
 * console as an error, and nothing can keep it from doing so.
 */
export const openWindow = async (
  browser: Browser,
  origin: string,
  { colorScheme = 'light', size: [width, height] = [1280, 860] }: Look = {},
  expectedStatus: readonly number[] = [],
): Promise<Window> => {
  const context = await browser.newContext({ baseURL: origin, colorScheme, viewport: { width, height } })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const misdeeds: string[] = []
  page.on('pageerror', (error) => misdeeds.push(`script: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) misdeeds.push(`request: ${request.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const status = Number(/^Failed to load resource: .* status of (\d+)/.exec(message.text())?.[1])
    // Whether one is signed in is only known by asking: the first visit is answered with 401.
    if (status === 401 && message.location().url === `${origin}/api/v1/me`) return
    if (!expectedStatus.includes(status)) misdeeds.push(`console: ${message.text()} ${message.location().url}`)
  })
  return { page, context, misdeeds }
}

/** Signs in through the form and waits until the first page is there. */
export const signIn = async (page: Page, email: string, password: string, code?: string): Promise<void> => {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  if (code !== undefined) {
    await page.getByLabel('Code').fill(code)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

const quietMs = 100

/** Opens an address and waits until nothing has been asked of the server for a tenth of a second. */
export const goAndSettle = async (page: Page, address: string): Promise<void> => {
  const active = new Set<Request>()
  let lastMs = performance.now()
  const began = (request: Request) => {
    active.add(request)
    lastMs = performance.now()
  }
  const ended = (request: Request) => {
    active.delete(request)
    lastMs = performance.now()
  }
  page.on('request', began).on('requestfinished', ended).on('requestfailed', ended)
  try {
    await page.goto(address)
    while (active.size > 0 || performance.now() - lastMs < quietMs) await sleep(quietMs / 4)
  } finally {
    page.off('request', began).off('requestfinished', ended).off('requestfailed', ended)
  }
}

/** Rules whose outcome depends on the appearance. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** How many animations of the page still run, those that never end (a spinner) left out. */
const movingThings =
  'document.getAnimations().filter((it) => it.playState !== "finished" && it.effect.getTiming().iterations !== Infinity).length'

/** Fails with every violation that axe finds on the page as it stands; `colours` looks at colours only. */
export const expectAccessible = async (page: Page, what: 'everything' | 'colours' = 'everything'): Promise<void> => {
  // A colour on its way from light to dark is nobody's reading: the page is looked at once it has come to rest.
  await expect.poll(() => page.evaluate<number>(movingThings), { timeout: 10_000 }).toBe(0)
  const axe = new AxeBuilder({ page })
  const { violations, passes } = await (what === 'colours' ? axe.withRules(colourRules) : axe).analyze()
  expect(passes.length, 'axe looked at nothing').toBeGreaterThan(0)
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual(
    [],
  )
}

/** How many CSS pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
