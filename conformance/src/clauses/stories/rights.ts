import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createPerson, failure, goodPassword, mailTo, ok, type Person, tokenIn } from '../../people.ts'
import { newFolder, type RunningAvow } from '../../start-avow.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story } from '../story.ts'

/** What of the texts that people leave is about them, and so in a copy of their data; a policy may have no place for some. */
const inCopies = [
  ...['email', 'name', 'organisation', 'secondOrganisation', 'project', 'secondProject', 'key', 'userAgent'],
  ...['signatory', 'title', 'details', 'answer', 'sender', 'message', 'reply'],
  ...['fileName', 'batchLine', 'batchPrompt', 'batchNote'],
]

const copies: Story = {
  kinds: ['access-report', 'portable-export', 'deadline'],
  does: 'takes out a copy and looks for everything that the person left',
  run: async ({ avow, leaving, staying }) => {
    const folder = newFolder()
    const archive = join(folder, 'me.tar.gz')
    const exported = await avow.cli(['privacy', 'export', '--me', '--out', archive, '--token', leaving.person.token])
    must(exported.code === 0, exported.stderr)
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    const held = inCopies.filter((name) => leaving.texts[name] !== undefined)
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

const tlogCheck = fileURLToPath(new URL('../../tlog-check', import.meta.url))

/** Has the receipt, and the whole log that it is in, checked by the Go project's own implementation. @returns what it said */
const checkWithGo = async (avow: RunningAvow, proof: string, key: string): Promise<string> => {
  if (spawnSync('go', ['version']).status !== 0) return 'not checked a second time, for Go is not on the PATH'
  const { stdout } = await promisify(execFile)('go', ['run', '.', avow.url, proof, key], { cwd: tlogCheck })
  must(/^valid \d+\nproof of \d+ valid\n$/.test(stdout), `Go’s implementation says: ${stdout}`)
  return `valid by Go’s implementation (${stdout.trim().replace('\n', ', ')})`
}

/** Checks a receipt that names nobody: whose it is, offline by the CLI, and by other people's code. */
const checkReceipt = async (avow: RunningAvow, receipt: Awaited<ReturnType<typeof receiptIn>>, token: string) => {
  const folder = newFolder()
  const [proof, key] = [join(folder, 'erased.tlog-proof'), join(folder, 'log.vkey')]
  writeFileSync(key, receipt.verifierKey)
  must((await avow.cli(['privacy', 'receipt', token, '--out', proof])).code === 0, 'there is no proof')
  const verified = await avow.cli(['evidence', 'verify', proof, '--key', key, '--json'])
  const { valid, leaf } = JSON.parse(verified.stdout) as { valid: boolean; leaf: { commitment?: string } }
  must(valid && leaf.commitment === receipt.commitment, 'the receipt does not verify')
  return checkWithGo(avow, proof, key)
}

/** Whoever comes back with the same address is somebody new. */
const comeBack = async (avow: RunningAvow, { email, id }: Person): Promise<void> => {
  const body = { email, name: 'Somebody', password: goodPassword, birthDate: '1990-05-17' }
  await ok(avow.api(null).POST('/api/v1/auth/sign-up', { body }))
  const mail = await mailTo(avow, email, 'verify-email')
  await ok(avow.api(null).POST('/api/v1/auth/verify-email', { body: { token: tokenIn(mail) } }))
  const signIn = { email, password: goodPassword, tokenWanted: true }
  const { person } = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body: signIn }))
  must(person.id !== id, 'who comes back after an erasure is known again')
}

const erasure: Story = {
  kinds: ['erase', 'deadline', 'erasure-confirmed', 'verify-requester'],
  does: 'erases the person, checks the receipt offline, searches every file, the log, the outbox and the other person’s account',
  run: async ({ avow, leaving, staying, clear, left }) => {
    const asked = await askErasure(leaving.person)
    const token = asked.receiptToken ?? ''
    const receipt = await receiptIn(avow, token, ['done'])
    left.receiptToken = token
    const commitment = createHash('sha256').update(`${receipt.salt}\n${leaving.person.email}`).digest('hex')
    must(commitment === receipt.commitment, 'the receipt is about somebody else')
    const independent = await checkReceipt(avow, receipt, token)
    must((await failure(leaving.person.api.GET('/api/v1/me'))).status === 401, 'the session goes on')
    const query = { to: leaving.person.email }
    const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))
    must(items.length === 0, `${items.length} mails to an erased person are left`)
    await avow.stop()
    const texts = Object.values(leaving.texts)
    const { found, files } = searchFiles(avow.folder, [...texts, clear])
    const { stdout, stderr } = avow.output()
    const logged = texts.filter((text) => (stdout + stderr).includes(text))
    await avow.restart()
    must(found.delete(clear), 'the search does not see into the database')
    must(found.size === 0, `after the erasure: ${[...found.values()].flat().join(', ')}`)
    must(logged.length === 0, 'the log holds something of an erased person')
    const { name, email } = await ok(staying.person.api.GET('/api/v1/me'))
    must(name === staying.texts.name && email === staying.person.email, 'somebody else lost something')
    const theirs = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: email } } }))
    must(theirs.items.length > 0, 'somebody else lost mail')
    return `${texts.length} texts in ${files} files (database, its log, journal, backups, evidence) and the log: 0 found; receipt valid, ${independent}; the other person untouched`
  },
}

const returning: Story = {
  kinds: ['erase'],
  does: 'signs up again with the address of who was erased',
  run: async ({ avow, leaving, left }) => {
    await comeBack(avow, leaving.person)
    const path = { token: left.receiptToken ?? '' }
    const receipt = await ok(avow.api(null).GET('/api/v1/privacy/receipts/{token}', { params: { path } }))
    must(receipt.state === 'done', `the receipt of before is ${receipt.state}`)
    return '1 new subject, with no link to the one before'
  },
}

export const rightsStories: readonly Story[] = [copies, holds, erasure]
export const returnStories: readonly Story[] = [returning]
