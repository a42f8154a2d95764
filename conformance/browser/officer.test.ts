import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPerson, ok, type Person, totpCode } from '../src/people.ts'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'
import { openBrowser, openWindow, signIn, type Window } from './browser.ts'

let avow: RunningAvow
let browser: Browser
let person: Person
let window: Window
let page: Page

const hireOfficer = async () => {
  const officer = await createPerson(avow, 'officer')
  const body = { email: officer.email, role: 'privacy-officer' } as const
  await ok(avow.api().POST('/api/v1/operate/staff', { body }))
  const setup = await ok(officer.api.POST('/api/v1/me/totp', { body: { password: officer.password } }))
  await ok(officer.api.POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
  return { ...officer, code: setup.backupCodes?.[0] ?? '' }
}

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  browser = await openBrowser()
  person = await createPerson(avow, 'ada')
  await ok(avow.api().POST('/api/v1/privacy/report'))
  const officer = await hireOfficer()
  window = await openWindow(browser, avow.url, {}, [401, 403, 409])
  // That one's own proposal is refused is tried below.
  page = window.page
  await signIn(page, officer.email, officer.password, officer.code)
})
afterAll(async () => {
  await browser?.close()
  await avow?.[Symbol.asyncDispose]()
})

const go = (name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click()
const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
const rowOf = (table: string, text: string | RegExp) =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text })

const askForErasure = async (delay?: string) => {
  const { confirmation } = await ok(person.api.GET('/api/v1/me/erasure/preview'))
  const body = { password: person.password, confirmation, ...(delay === undefined ? {} : { delay }) }
  await ok(person.api.POST('/api/v1/me/erasure', { body }))
}

/** Each step begins where the one before ended. */
describe('a privacy officer', () => {
  test('sees pages that others do not have', async () => {
    const other = await openWindow(browser, avow.url)
    const stranger = await createPerson(avow, 'grace')
    await signIn(other.page, stranger.email, stranger.password)
    const links = other.page.getByRole('navigation', { name: 'Main' }).getByRole('link')
    expect(await links.filter({ hasText: 'Legal holds' }).count()).toBe(0)
    await other.page.goto('/privacy/holds')
    await other.page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    expect(other.misdeeds).toEqual([])
    await other.context.close()
    await go('Legal holds')
    await page.getByText('Nothing is held').waitFor()
  })

  test('places a hold on a person, with the ground and the line that does the same', async () => {
    await page.getByRole('button', { name: 'Place a hold' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Place a legal hold' })
    await dialog.getByRole('button', { name: 'Place hold' }).click()
    await dialog.getByText('Say why, in a few words').waitFor()
    await dialog.getByLabel('Email address or id').fill(person.email)
    await dialog.getByLabel('Ground').fill('dispute over invoice 7')
    await dialog.getByLabel('Reference').fill('case 12')
    await dialog
      .getByText(`avow hold create --person ${person.email} --ground 'dispute over invoice 7' --reference 'case 12'`)
      .waitFor()
    await dialog.getByRole('button', { name: 'Place hold' }).click()
    await rowOf('Legal holds', 'dispute over invoice 7').getByText('in force').waitFor()
    const { items } = await ok(avow.api().GET('/api/v1/privacy/holds'))
    expect(items).toMatchObject([{ scope: 'person', subjectId: person.id, reference: 'case 12', active: true }])
  })

  test('sees what people asked for, with the day by which it is due', async () => {
    await askForErasure()
    await go('Requests')
    const row = rowOf('Requests', 'Erasure')
    await row.getByText('waiting', { exact: true }).waitFor()
    const { items } = await ok(avow.api().GET('/api/v1/privacy/requests'))
    await row.locator(`time[datetime="${items[0]?.dueAt}"]`).waitFor()
    await page.getByLabel('State').selectOption('cancelled')
    await page.getByText('No request is like that').waitFor()
    await page.getByLabel('State').selectOption('')
    await row.waitFor()
  })

  test('answers what a person asked, in words that the person reads', async () => {
    const body = { kind: 'access', details: 'Where is my data?' } as const
    const asked = await ok(person.api.POST('/api/v1/me/requests', { body }))
    await page.reload()
    await rowOf('Requests', 'To see the data').getByRole('link', { name: 'To see the data' }).click()
    await page.getByText('Where is my data?').waitFor()
    await page.getByRole('button', { name: 'Answer' }).click()
    const dialog = page.getByRole('dialog', { name: 'Answer the request' })
    await dialog.getByLabel('Answer').fill('On this machine only.')
    await dialog.getByText(`avow privacy answer ${asked.id} --answer 'On this machine only.'`).waitFor()
    await dialog.getByRole('button', { name: 'Send the answer' }).click()
    await page.getByText('done', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Answer' }).count()).toBe(0)
    const params = { path: { requestId: asked.id } }
    const seen = await ok(person.api.GET('/api/v1/me/requests/{requestId}', { params }))
    expect(seen).toMatchObject({ state: 'done', answer: 'On this machine only.' })
    await go('Requests')
  })

  test('writes down what a person said about the use of their data', async () => {
    await go('Consents')
    await page.getByLabel('Person').fill(person.email)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('button', { name: 'Restrict its use' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`avow privacy restrict --person ${person.email}`).waitFor()
    await dialog.getByRole('button', { name: 'Restrict its use' }).click()
    await page.getByRole('button', { name: 'Lift the restriction' }).click()
    expect((await ok(person.api.GET('/api/v1/me/privacy/choices'))).restriction).not.toBeNull()
    await page.getByRole('dialog').getByRole('button', { name: 'Lift the restriction' }).click()
    await page.getByRole('button', { name: 'Restrict its use' }).waitFor()
    await go('Requests')
  })

  test('sees who must state what, and that nobody has', async () => {
    await go('Attestations')
    await rowOf('Attestations', 'confidentiality').getByText('nobody stated it').waitFor()
    expect(await page.getByRole('button', { name: 'Attest confidentiality' }).count()).toBe(0)
    await page.getByRole('button', { name: 'History of confidentiality' }).click()
    await page.getByText('Nobody has stated it yet').waitFor()
    await go('Policy versions')
    const versions = page.getByRole('list', { name: 'Versions' })
    await versions.getByText('in force', { exact: true }).waitFor()
    await go('Requests')
  })

  test('looks at a deployment plan before applying it, sees it beside the policy, and ends it', async () => {
    const organisationId = avow.firstRun.organisation.id
    await go('Deployment plans')
    await page.getByRole('button', { name: 'Apply a plan' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Apply a deployment plan' })
    await dialog.getByLabel('Organisation').fill(organisationId)
    await dialog.getByLabel('Plan', { exact: true }).fill('plan: acme\nagreement: MSA-1\nretention: { nothing: P7D }\n')
    await dialog.getByRole('button', { name: 'Look at it first' }).click()
    await dialog.getByText('Found in the plan').waitFor()
    const plan = 'plan: acme\nagreement: MSA-1\nretention: { usage.inference: P7D }\n'
    await dialog.getByLabel('Plan', { exact: true }).fill(plan)
    await dialog.getByRole('button', { name: 'Look at it first' }).click()
    await dialog.getByText('acme may be applied').waitFor()
    await dialog.getByText(`avow plan apply plan.yaml ${organisationId}`).waitFor()
    await dialog.getByRole('button', { name: 'Apply plan' }).click()
    await page.getByRole('link', { name: 'acme' }).click()
    await rowOf('What the plan sets', 'retention.usage.inference').getByText('stricter').waitFor()
    await page.getByRole('button', { name: 'End the plan' }).click()
    const end = page.getByRole('dialog', { name: 'End the plan' })
    await end.getByText(`avow plan remove ${organisationId} --yes`).waitFor()
    await end.getByRole('button', { name: 'End plan' }).click()
    await page.getByText('No organisation has a plan').waitFor()
    await go('Requests')
  })

  test('records what an authority asks for and proposes an answer; only another person may approve it', async () => {
    await go('Authorities')
    await page.getByRole('button', { name: 'Record a request' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Record a request of an authority' })
    await dialog.getByLabel('Authority').fill('Court of Examples')
    await dialog.getByLabel('Its country').fill('de')
    await dialog.getByLabel('Legal basis').fill('section 100, order 7')
    await dialog.getByLabel('Email address or id').fill(person.email)
    await dialog.getByText('What it asks for').click()
    await dialog.getByLabel('account.contact').check()
    await dialog
      .getByText(
        `avow disclosure record --authority 'Court of Examples' --country DE --basis 'section 100, order 7' --person ${person.email} --category account.contact`,
      )
      .waitFor()
    await dialog.getByRole('button', { name: 'Record request' }).click()
    await heading('Court of Examples')
    await page.getByRole('button', { name: 'Prepare' }).click()
    const prepare = page.getByRole('dialog', { name: 'Prepare the answer' })
    await prepare.getByLabel('account.contact').check()
    await prepare.getByLabel('Why this and no more').fill('The order names the address.')
    await prepare.getByRole('button', { name: 'Propose this' }).click()
    await page.getByText('waits for review').waitFor()
    await page.getByRole('button', { name: 'Review' }).click()
    const review = page.getByRole('dialog', { name: 'Review what somebody else prepared' })
    await review.getByLabel('Why').fill('It is valid.')
    await review.getByRole('button', { name: 'Decide' }).click()
    await review.getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    const { items } = await ok(avow.api().GET('/api/v1/privacy/authority-requests'))
    expect(items).toMatchObject([{ state: 'prepared', proposed: ['account.contact'], approved: null }])
    await go('Requests')
  })

  test('sees that a hold stops a part of an erasure, and that releasing it lets the erasure end', async () => {
    await ok(person.api.POST('/api/v1/me/erasure/cancel'))
    await askForErasure('PT0S')
    await rowOf('Requests', 'a hold keeps a part').waitFor({ timeout: 60_000 })
    await go('Legal holds')
    await page.getByRole('button', { name: 'Release the hold for dispute over invoice 7' }).click()
    const dialog = page.getByRole('dialog', { name: 'Release the hold' })
    await dialog.getByText('avow hold release hld_').waitFor()
    await dialog.getByRole('button', { name: 'Release hold' }).click()
    await rowOf('Legal holds', 'dispute over invoice 7').getByText('ended').waitFor()
    await go('Requests')
    const done = page
      .getByRole('table', { name: 'Requests' })
      .getByRole('row')
      .filter({ hasText: 'Erasure' })
      .filter({ hasText: 'erased' })
    await done.getByText('done', { exact: true }).waitFor({ timeout: 60_000 })
  })

  test('checks a proof from the evidence log in the browser; a changed one does not hold', async () => {
    await go('Evidence')
    await heading('Evidence')
    await page.getByText('checked, good').waitFor()
    const row = rowOf('Decisions', 'hold released')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: 'Proof of decision' }).click(),
    ])
    const proof = await (await fetch(`${avow.url}/evidence/proof/${/\d+/.exec(download.suggestedFilename())}`)).text()
    await page.getByLabel('File of the proof').setInputFiles((await download.path()) ?? '')
    await expect.poll(() => page.getByLabel('Proof', { exact: true }).inputValue()).toBe(proof)
    await page.getByRole('button', { name: 'Check it' }).click()
    await page.getByText('The proof holds').waitFor()
    await page.getByLabel('Proof', { exact: true }).fill(proof.replace(/^index \d+$/m, 'index 99999'))
    await page.getByRole('button', { name: 'Check it' }).click()
    await page.getByText('The proof does not hold').waitFor()
    await page.getByText('the index is beyond the tree').waitFor()
  })

  test('in all of it no other host was called and no script failed', () => {
    expect(window.misdeeds).toEqual([])
  })
})

describe('the public pages', () => {
  test('are linked from every page, and lead from a promise to its state and on to its evidence', async () => {
    await page.goto('/models')
    await page.getByRole('contentinfo').getByRole('link', { name: 'Privacy policy' }).click()
    const { clauses } = await ok(avow.api(null).GET('/api/v1/policy'))
    const first = clauses[0]?.id ?? ''
    await page.getByRole('link', { name: first, exact: true }).click()
    await page.waitForURL(new RegExp(`/trust#${first}$`))
    await page.locator('tr:target').getByRole('link', { name: first }).click()
    await heading('Policy report')
    expect(new URL(page.url()).searchParams.get('search')).toBe(first)
  })

  test('are found by the command palette', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to a page' }).waitFor()
    await page.keyboard.type('trust')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/trust$/)
    await page.getByRole('heading', { name: 'are the promises kept?' }).waitFor()
  })
})
