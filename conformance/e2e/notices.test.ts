import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPerson, mailTo, ok } from '../src/people.ts'
import { newFolder, root, startAvow } from '../src/start-avow.ts'

test('news reaches who agreed and nobody else, and one click without a sign-in ends it', async () => {
  await using avow = await startAvow({ env: { AVOW_POLICY: 'easellm', AVOW_ENGINE: 'off' } })
  const [ada, bo] = [await createPerson(avow, 'ada'), await createPerson(avow, 'bo')]
  expect(await avow.cli(['privacy', 'consent', 'give', 'marketing', '--token', ada.token])).toMatchObject({ code: 0 })
  const announce = async (subject: string) => {
    const line = ['announce', subject, '--kind', 'marketing', '--text', 'There is news.', '--yes', '--json']
    const { id } = JSON.parse((await avow.cli(line)).stdout)
    const done = async () => JSON.parse((await avow.cli(['notice', 'show', id, '--json'])).stdout)
    await expect.poll(async () => (await done()).finishedAt, { timeout: 20_000 }).not.toBeNull()
    return done()
  }
  expect(await announce('First news')).toMatchObject({ told: 1, refused: 2, accounts: 3 })
  const news = await mailTo(avow, ada.email, 'marketing')
  expect(news.subject).toBe('First news')
  const toBo = await avow.cli(['outbox', 'list', '--to', bo.email, '--kind', 'marketing', '--json'])
  expect(JSON.parse(toBo.stdout).items).toEqual([])
  const shown = JSON.parse((await avow.cli(['outbox', 'show', news.id, '--json'])).stdout)
  const link = shown.links.at(-1)
  expect(shown.text).toContain(link)

  expect(await (await fetch(link)).text()).toContain('End news')
  expect(await announce('Second news')).toMatchObject({ told: 1 })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const clicked = await fetch(link, { method: 'POST', headers: form, body: 'List-Unsubscribe=One-Click' })
  expect(clicked.status).toBe(200)
  expect(await announce('Third news')).toMatchObject({ told: 0, refused: 3 })
  const choices = JSON.parse((await avow.cli(['privacy', 'consents', '--json', '--token', ada.token])).stdout)
  expect(choices.items.at(-1)).toMatchObject({ purpose: 'marketing', state: 'withdrawn', how: 'unsubscribe' })
}, 180_000)

test('a policy without marketing refuses to announce any', async () => {
  await using avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  const { code, stderr } = await avow.cli(['announce', 'News', '--kind', 'marketing', '--text', 'x', '--yes'])
  expect(code).not.toBe(0)
  expect(stderr).toContain('sends no marketing')
})

test('a weaker policy waits through kills and starts, everyone is told once, and the report says which version runs', async () => {
  const folder = newFolder()
  const file = join(folder, 'my-policy.yaml')
  const starter = readFileSync(join(root, 'policies/starter.yaml'), 'utf8')
  const write = (version: string, ...changes: [string, string][]) => {
    const text = [['version: 1.0.0', `version: ${version}`] as [string, string], ...changes]
    writeFileSync(
      file,
      text.reduce((all, [from, to]) => all.replace(from, to), starter),
    )
  }
  write('1.0.0')
  await using avow = await startAvow({ folder, env: { AVOW_POLICY: file, AVOW_ENGINE: 'off' } })
  const ada = await createPerson(avow, 'ada')
  const versions = async () => JSON.parse((await avow.cli(['policy', 'versions', '--json'])).stdout)

  write('1.1.0', ['usage.inference: { period: P90D', 'usage.inference: { period: P9Y'])
  expect((await versions()).items).toMatchObject([{ version: '1.0.0', state: 'in-force' }])
  await avow.kill9()
  await avow.restart()
  expect(avow.output().stderr).toContain('takes effect 30 days after everyone was told')
  await avow.kill9()
  await avow.restart()
  const told = async () => (await versions()).items[0].notice
  await expect.poll(async () => (await told()).finishedAt, { timeout: 20_000 }).not.toBeNull()
  expect(await versions()).toMatchObject({
    file: { state: 'waiting' },
    items: [
      { version: '1.1.0', state: 'waiting', change: 'weaker', notice: { told: 2 } },
      { version: '1.0.0', state: 'in-force' },
    ],
  })
  expect(await (await fetch(`${avow.url}/policy`)).text()).toContain('90 days')
  expect(await (await fetch(`${avow.url}/policy/next`)).text()).toContain('9 years')
  expect((await mailTo(avow, ada.email, 'notice')).subject).toContain(
    'version 1.1.0 protects you less, 30 days after everyone was told',
  )
  const mine = await ok(ada.api.GET('/api/v1/me/notices'))
  expect(mine.items).toMatchObject([{ kind: 'policy-change' }])

  write('1.0.0', ['minimumAge: 16', 'minimumAge: 13'])
  const linted = await avow.cli(['policy', 'lint', file])
  expect(linted).toMatchObject({ code: 1, stdout: expect.stringContaining('raise `version`') })
  await avow.stop()
  await avow.restart()
  expect(avow.output().stderr).toContain('Raise `version`')
  const shown = await ok(avow.api(null).GET('/api/v1/policy'))
  expect(shown).toMatchObject({ version: '1.0.0', minimumAge: 16 })
}, 180_000)
