import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPerson, failure, mailTo, ok, type Person } from '../../people.ts'
import { newFolder, type RunningAvow } from '../../start-avow.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story } from '../story.ts'

const copies: Story = {
  kinds: ['access-report', 'portable-export', 'deadline'],
  does: 'takes out a copy and looks for everything that the person left',
  run: async ({ avow, leaving, staying }) => {
    const folder = newFolder()
    const archive = join(folder, 'me.tar.gz')
    const exported = await avow.cli(['privacy', 'export', '--me', '--out', archive, '--token', leaving.person.token])
    must(exported.code === 0, exported.stderr)
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    const held = ['email', 'name', 'organisation', 'secondOrganisation', 'project', 'secondProject', 'key', 'userAgent']
    const wanted = held.map((name) => leaving.texts[name] ?? '')
    const { found } = searchFiles(folder, [...wanted, ...Object.values(staying.texts)])
    const missing = held.filter((name) => !found.has(leaving.texts[name] ?? ''))
    must(missing.length === 0, `the copy lacks ${missing.join(', ')}`)
    must(found.size === wanted.length, 'the copy holds something of somebody else')
    const { categories } = await ok(leaving.person.api.GET('/api/v1/me/data'))
    for (const { category, kept, sources } of categories)
      must(kept !== '' && sources.length > 0, `the report does not say from where and how long ${category} is held`)
    const { items } = await ok(leaving.person.api.GET('/api/v1/me/requests'))
    must(
      items.every(({ overdue }) => !overdue),
      'a request is overdue',
    )
    return `${wanted.length} of ${wanted.length} texts in the copy, ${categories.length} categories explained`
  },
}

/** Looks at what an erasure does, tries one without having seen it, and asks for it. */
const askErasure = async ({ api, password }: Person) => {
  const { confirmation, organisations } = await ok(api.GET('/api/v1/me/erasure/preview'))
  const body = { password, delay: 'PT1S', closeOrganisations: organisations.map(({ id }) => id) }
  const blind = await failure(api.POST('/api/v1/me/erasure', { body: { ...body, confirmation: 'a'.repeat(64) } }))
  must(blind.status === 409, 'an erasure is taken from who was not told what it does')
  const stranger = await failure(
    api.POST('/api/v1/me/erasure', { body: { ...body, confirmation, password: `${password}!` } }),
  )
  must(stranger.code === 'wrong_credentials', 'an erasure is taken with a wrong password')
  return ok(api.POST('/api/v1/me/erasure', { body: { ...body, confirmation } }))
}

/** The receipt once the request has one of these states. */
const receiptIn = async (avow: RunningAvow, token: string, states: readonly string[]) => {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const receipt = await ok(avow.api(null).GET('/api/v1/privacy/receipts/{token}', { params: { path: { token } } }))
    if (states.includes(receipt.state)) return receipt
    await sleep(150)
  }
  throw new Error(`an erasure did not come to ${states.join(' or ')}`)
}

const holds: Story = {
  kinds: ['holds-win'],
  does: 'holds one person, has them ask for erasure, and releases the hold',
  run: async ({ avow }) => {
    const person = await createPerson(avow, 'held')
    const placed = await avow.cli(['hold', 'create', '--person', person.email, '--ground', 'dispute', '--json'])
    const { id } = JSON.parse(placed.stdout) as { id: string }
    const asked = await askErasure(person)
    await receiptIn(avow, asked.receiptToken ?? '', ['held'])
    const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: person.email } } }))
    must(items.length > 0, 'a hold did not keep mail')
    must((await avow.cli(['hold', 'release', id, '--yes'])).code === 0, 'a hold cannot be released')
    const receipt = await receiptIn(avow, asked.receiptToken ?? '', ['done'])
    return `held with ${items.length} mails kept; ${receipt.removed} rows removed after the release`
  },
}

const erasure: Story = {
  kinds: ['erase', 'deadline', 'erasure-confirmed', 'verify-requester'],
  does: 'erases the person, checks the receipt offline, searches every file, the log and the other person’s account',
  run: async ({ avow, leaving, staying }) => {
    const folder = newFolder()
    const asked = await askErasure(leaving.person)
    const token = asked.receiptToken ?? ''
    const receipt = await receiptIn(avow, token, ['done'])
    const commitment = createHash('sha256').update(`${receipt.salt}\n${leaving.person.email}`).digest('hex')
    must(commitment === receipt.commitment, 'the receipt is about somebody else')
    const [proof, key] = [join(folder, 'erased.tlog-proof'), join(folder, 'log.vkey')]
    writeFileSync(key, receipt.verifierKey)
    must((await avow.cli(['privacy', 'receipt', token, '--out', proof])).code === 0, 'there is no proof')
    const verified = await avow.cli(['evidence', 'verify', proof, '--key', key, '--json'])
    must((JSON.parse(verified.stdout) as { valid: boolean }).valid, 'the receipt does not verify')
    must((await failure(leaving.person.api.GET('/api/v1/me'))).status === 401, 'the session goes on')
    await avow.stop()
    const { found, files } = searchFiles(avow.folder, Object.values(leaving.texts))
    const { stdout, stderr } = avow.output()
    const logged = Object.values(leaving.texts).filter((text) => (stdout + stderr).includes(text))
    await avow.restart()
    must(found.size === 0, `after the erasure: ${[...found.values()].flat().join(', ')}`)
    must(logged.length === 0, 'the log holds something of an erased person')
    const { name, email } = await ok(staying.person.api.GET('/api/v1/me'))
    must(name === staying.texts.name && email === staying.person.email, 'somebody else lost something')
    must((await mailTo(avow, staying.person.email)).links.length > 0, 'somebody else lost mail')
    return `${Object.keys(leaving.texts).length} texts in ${files} files: 0 found; receipt valid; the other person untouched`
  },
}

export const rightsStories: readonly Story[] = [copies, holds, erasure]
