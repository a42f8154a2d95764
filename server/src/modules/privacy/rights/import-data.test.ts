import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { unpackArchive } from './read-archive.ts'
import { type ArchiveFile, makeArchive } from './tar.ts'
import { createRightsWorld, type RightsWorld, type Somebody } from './test-rights.ts'

let world: RightsWorld
let who: Somebody
let files: ArchiveFile[]
const at = new Date('2026-11-22T10:00:00Z')
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
  who = await world.join('Emma Export')
  const path = `/organisations/${who.organisationId}`
  await who.send('PATCH', path, { name: 'Emma’s lab', billingCountry: 'DE' })
  await who.send('POST', `${path}/projects`, { name: 'Northern lights' })
  await who.send('POST', `/projects/${who.projectId}/keys`, { name: 'laptop' })
  files = unpackArchive(await world.archiveOf(who))
})
afterAll(() => world.close())

const bring = (to: Somebody, archive: Buffer) => to.send('POST', '/me/import', { archive: archive.toString('base64') })
const changed = (name: string, change: (text: string) => string) =>
  files.map((one) => (one.name === name ? { name, content: Buffer.from(change(one.content.toString())) } : one))

/** As whoever edits an archive with care would: the sums of its manifest are made again. */
const forged = (name: string, from: string, to: string) => {
  const edited = changed(name, (text) => text.replace(from, to))
  const sumOf = (list: typeof files) =>
    createHash('sha256')
      .update(list.find((one) => one.name === name)?.content ?? '')
      .digest('hex')
  const [before, after] = [sumOf(files), sumOf(edited)]
  return edited.map((one) =>
    one.name === 'manifest.json'
      ? { name: one.name, content: Buffer.from(one.content.toString().replace(before, after)) }
      : one,
  )
}

describe('an import', () => {
  it('brings in nothing that this cloud holds of nobody, however it is packed', async () => {
    const to = await world.join('Careful')
    const cases = [
      ['data/organisation.jsonl', 'Emma’s lab'],
      ['data/project.jsonl', 'Northern lights'],
      ['data/person.jsonl', 'Emma Export'],
    ] as const
    for (const [name, from] of cases) {
      const answer = await bring(to, makeArchive(forged(name, from, 'card 4111 1111 1111 1111'), at))
      expect([name, answer.status, answer.body['code']]).toEqual([name, 400, 'unwanted_content'])
    }
    const me = await to.send('GET', '/me')
    expect(JSON.stringify(me.body)).not.toContain('4111')
    expect(me.body['organisations']).toHaveLength(1)
  })

  it('makes name, organisations and projects anew, says why the rest stays, and adds nothing when repeated', async () => {
    const to = await world.join('Newcomer')
    const first = await bring(to, makeArchive(files, at))
    expect(first.status).toBe(200)
    const made = first.body['made'] as { kind: string; name: string }[]
    expect(made.slice(0, 2)).toEqual([
      { kind: 'name', name: 'Emma Export', id: null, isNew: true },
      { kind: 'organisation', name: 'Emma’s lab', id: expect.any(String), isNew: true },
    ])
    // Both were made in the same millisecond: neither is the older.
    expect(made.slice(2).sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { kind: 'project', name: 'Northern lights', id: expect.any(String), isNew: true },
      { kind: 'project', name: 'default', id: expect.any(String), isNew: false },
    ])
    expect(first.body['kept']).toContainEqual({
      table: 'api_key',
      rows: 1,
      why: 'secrets do not travel: make new keys',
    })
    const me = await to.send('GET', '/me')
    expect(me.body).toMatchObject({ name: 'Emma Export', email: to.email })
    expect(me.body['organisations']).toContainEqual(
      expect.objectContaining({ name: 'Emma’s lab', billingCountry: 'DE', role: 'owner' }),
    )
    const second = await bring(to, makeArchive(files, at))
    expect((second.body['made'] as { isNew: boolean }[]).every(({ isNew }) => !isNew)).toBe(true)
  })

  it('names every table of the archive as made or kept', async () => {
    const to = await world.join('Auditor')
    const { body } = await bring(to, makeArchive(files, at))
    const told = new Set([
      ...(body['kept'] as { table: string }[]).map(({ table }) => table),
      'organisation',
      'project',
    ])
    const tables = files.flatMap(({ name }) => /^data\/(\w+)\.jsonl$/.exec(name)?.[1] ?? [])
    expect(tables.filter((table) => !told.has(table))).toEqual([])
  })
})

const header = (name: string, more: (block: Buffer) => void): Buffer => {
  const tar = Buffer.from(makeTar(name))
  more(tar)
  const sum = tar.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0)
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return gzipSync(tar)
}
const makeTar = (name: string): Buffer => {
  const block = Buffer.alloc(512 * 3)
  block.write(name, 0)
  block.write('00000000000', 124)
  block.write('0', 156)
  return block
}

describe('an archive is refused, with nothing imported,', () => {
  const cases: [how: string, archive: () => Buffer, why: string][] = [
    ['that is none', () => Buffer.from('hello'), 'no gzip file'],
    ['that breaks off', () => makeArchive(files, at).subarray(0, 300), 'breaks off'],
    ['whose tar breaks off', () => gzipSync(Buffer.alloc(100, 1)), 'breaks off'],
    ['that unpacks to far too much', () => gzipSync(Buffer.alloc(120 * 1024 * 1024)), 'it unpacks to more than'],
    [
      'that leads out of its folder',
      () => makeArchive([...files, { name: '../evil', content: Buffer.alloc(1) }], at),
      'no export has',
    ],
    [
      'with an absolute path',
      () => makeArchive([{ name: '/etc/passwd', content: Buffer.alloc(1) }], at),
      'no export has',
    ],
    ['with a link', () => header('data/person.jsonl', (tar) => tar.write('2', 156)), 'no plain file'],
    ['with a prefix to a path', () => header('data/person.jsonl', (tar) => tar.write('..', 345)), 'no export has'],
    ['with a damaged header', () => gzipSync(makeTar('data/person.jsonl')), 'header in it is damaged'],
    ['with a file twice', () => makeArchive([...files, ...files.slice(1, 2)], at), 'twice'],
    ['without a manifest', () => makeArchive(files.slice(1), at), 'no manifest.json'],
    [
      'with a manifest that is no JSON',
      () =>
        makeArchive(
          changed('manifest.json', () => '{'),
          at,
        ),
      'not that of an export',
    ],
    [
      'of another kind',
      () =>
        makeArchive(
          changed('manifest.json', (text) => text.replace('avow-export', 'other')),
          at,
        ),
      '(format)',
    ],
    [
      'with an edited file',
      () =>
        makeArchive(
          changed('data/person.jsonl', (text) => text.replace('Emma', 'Anna')),
          at,
        ),
      'changed or damaged',
    ],
    [
      'with a file that its manifest lacks',
      () => makeArchive([...files, { name: 'data/more.jsonl', content: Buffer.alloc(0) }], at),
      'not in its manifest',
    ],
    [
      'that lacks a file',
      () =>
        makeArchive(
          files.filter(({ name }) => name !== 'data/person.jsonl'),
          at,
        ),
      'is missing',
    ],
  ]
  it.each(cases)('%s', async (_how, archive, why) => {
    const to = await world.join(`Careful ${Math.floor(performance.now() * 1000)}`)
    const answer = await bring(to, archive())
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'archive_invalid', detail: expect.stringContaining(why) },
    })
    expect(((await to.send('GET', '/me')).body['organisations'] as object[]).length).toBe(1)
  })
})
