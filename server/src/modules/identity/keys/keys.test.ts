import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { column, createTestIdentity, type Member, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
let owner: Member
let path: string
beforeAll(async () => {
  test = await createTestIdentity()
  owner = await test.join('owner@example.org')
  path = `/projects/${owner.projectId}/keys`
})
afterAll(() => test.close())

const create = (name: string, more: object = {}) => owner.send('POST', path, { name, ...more })
const inHours = (hours: number) => new Date(test.clock.nowMs() + hours * 3_600_000).toISOString()

describe('creating an API key', () => {
  it('shows the secret once and stores a keyed hash with a prefix', async () => {
    const made = await create('first', { allowedModels: ['a', 'b', 'a'], requestsPerMinute: 10 })
    const secret = read(made, 'secret')
    expect(made.status).toBe(201)
    expect(secret).toMatch(/^avow_[0-9A-Za-z]{40,}$/)
    const shown = await owner.send('GET', `${path}/${read(made, 'id')}`)
    expect(shown.body).toMatchObject({
      state: 'active',
      kind: 'api',
      prefix: secret.slice(0, 12),
      allowedModels: ['a', 'b'],
      requestsPerMinute: 10,
      tokensPerMinute: null,
      createdBy: owner.personId,
      lastUsedAt: null,
    })
    expect(shown.body).not.toHaveProperty('secret')
    const { rows } = await test.database.pool.query('select * from api_key')
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('makes one key for one Idempotency-Key and does not show its secret again', async () => {
    const make = () => owner.send('POST', path, { name: 'once' }, { 'idempotency-key': 'k1' })
    const [first, second] = [await make(), await make()]
    expect(read(second, 'id')).toBe(read(first, 'id'))
    expect([typeof read(first, 'secret'), second.body]).toEqual(['string', expect.objectContaining({ secret: null })])
    const other = await owner.send('POST', path, { name: 'other' }, { 'idempotency-key': 'k1' })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } })
  })

  it('refuses an end that is not in the future, and limits that are none', async () => {
    expect((await create('past', { expiresAt: inHours(-1) })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'expiresAt' }],
    })
    expect((await create('zero', { requestsPerMinute: 0 })).body).toMatchObject({ code: 'invalid_request' })
  })

  it('refuses models that are not in the catalogue, and names what was likely meant', async () => {
    const refused = await create('typo', { allowedModels: ['a', 'lama-3.3-70b-instruct', 'nothing like it'] })
    expect(refused).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: [
          {
            path: 'allowedModels',
            message: 'there is no model “lama-3.3-70b-instruct” (did you mean “llama-3.3-70b-instruct”?)',
          },
          { path: 'allowedModels', message: 'there is no model “nothing like it”' },
        ],
      },
    })
    const id = read(await create('good', { allowedModels: ['a'] }), 'id')
    expect(await owner.send('PATCH', `${path}/${id}`, { allowedModels: ['gone'] })).toMatchObject({ status: 400 })
    expect((await owner.send('GET', `${path}/${id}`)).body).toMatchObject({ allowedModels: ['a'] })
  })

  it('lets a key stay limited to a model that has left the catalogue', async () => {
    const id = read(await create('stays', { allowedModels: ['a'] }), 'id')
    const later = test.again({ knownModels: async () => new Set(['b']) }).as(owner.token)
    const changed = await later('PATCH', `${path}/${id}`, { allowedModels: ['a', 'b'] })
    expect(changed.body).toMatchObject({ allowedModels: ['a', 'b'] })
    expect(await later('POST', path, { name: 'new', allowedModels: ['a'] })).toMatchObject({ status: 400 })
  })

  it('makes playground keys that run out after an hour', async () => {
    const made = await owner.send('POST', `/projects/${owner.projectId}/playground-key`)
    expect(made).toMatchObject({
      status: 201,
      body: { kind: 'playground', state: 'active', secret: expect.any(String) },
    })
    test.clock.advance(3_600_000)
    expect((await owner.send('GET', `${path}/${read(made, 'id')}`)).body).toMatchObject({ state: 'expired' })
  })
})

describe('listing API keys', () => {
  it('leaves the keys of the playground out when keys of programs are wanted', async () => {
    const playground = await owner.send('POST', `/projects/${owner.projectId}/playground-key`)
    const program = await create('of a program')
    const ids = async (kind: string) => column(await owner.send('GET', `${path}?kind=${kind}&limit=200`), 'id')
    expect(await ids('api')).toContain(read(program, 'id'))
    expect(await ids('api')).not.toContain(read(playground, 'id'))
    expect(await ids('playground')).toContain(read(playground, 'id'))
    expect(await ids('playground')).not.toContain(read(program, 'id'))
  })

  it('finds by state and by a part of name or prefix, taken literally', async () => {
    const odd = await create('100%_sure')
    expect(column(await owner.send('GET', `${path}?search=${encodeURIComponent('%_s')}`), 'name')).toEqual([
      '100%_sure',
    ])
    const prefix = read(odd, 'prefix').slice(0, 9)
    expect(column(await owner.send('GET', `${path}?search=${prefix}`), 'id')).toContain(read(odd, 'id'))
    await owner.send('DELETE', `${path}/${read(odd, 'id')}`)
    expect(column(await owner.send('GET', `${path}?state=revoked`), 'name')).toEqual(['100%_sure'])
    expect(column(await owner.send('GET', `${path}?state=active`), 'state')).not.toContain('revoked')
  })

  it('goes on page by page without a gap', async () => {
    const all = column(await owner.send('GET', `${path}?limit=200`), 'id')
    const seen: unknown[] = []
    let cursor = ''
    for (;;) {
      const page = await owner.send('GET', `${path}?limit=2${cursor}`)
      seen.push(...column(page, 'id'))
      if ((page.body as { nextCursor: string | null }).nextCursor === null) break
      cursor = `&cursor=${read(page, 'nextCursor')}`
    }
    expect(seen).toEqual(all)
  })
})

describe('changing an API key', () => {
  it('changes name, limits and end, and leaves the rest', async () => {
    const id = read(await create('limits', { tokensPerMinute: 5 }), 'id')
    const changed = await owner.send('PATCH', `${path}/${id}`, { name: 'new', requestsPerMinute: 7, allowedModels: [] })
    expect(changed.body).toMatchObject({ name: 'new', requestsPerMinute: 7, tokensPerMinute: 5, allowedModels: [] })
    expect((await owner.send('PATCH', `${path}/${id}`, { requestsPerMinute: null })).body).toMatchObject({
      requestsPerMinute: null,
    })
  })

  it('is refused once the key was revoked or ran out', async () => {
    const revoked = read(await create('gone'), 'id')
    await owner.send('DELETE', `${path}/${revoked}`)
    const expired = read(await create('short', { expiresAt: inHours(1) }), 'id')
    test.clock.advance(3_600_000)
    for (const id of [revoked, expired]) {
      expect(await owner.send('PATCH', `${path}/${id}`, { expiresAt: inHours(5) })).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      })
      expect((await owner.send('POST', `${path}/${id}/rotate`, {})).body).toMatchObject({ code: 'conflict' })
    }
  })
})

describe('rotating an API key', () => {
  it('gives a new key with the same limits; the old one works on for the overlap and no longer', async () => {
    const made = await create('rotates', { requestsPerMinute: 3, allowedModels: ['m'] })
    const rotated = await owner.send('POST', `${path}/${read(made, 'id')}/rotate`, { overlapSeconds: 600 })
    expect(rotated).toMatchObject({
      status: 201,
      body: { name: 'rotates', requestsPerMinute: 3, allowedModels: ['m'], state: 'active' },
    })
    const old = async () => (await owner.send('GET', `${path}/${read(made, 'id')}`)).body
    expect(await old()).toMatchObject({ state: 'rotating', replacedBy: read(rotated, 'id') })
    const record = await test.identity.api.keyDirectory.find(read(made, 'secret'))
    expect(record?.expiresAtMs).toBeLessThanOrEqual(test.clock.nowMs() + 600_000)
    test.clock.advance(600_000)
    expect(await old()).toMatchObject({ state: 'expired' })
    expect((await test.identity.api.keyDirectory.find(read(rotated, 'secret')))?.expiresAtMs).toBeNull()
  })

  it('never lets the old key live longer than it would have', async () => {
    const end = inHours(1)
    const id = read(await create('ends soon', { expiresAt: end }), 'id')
    await owner.send('POST', `${path}/${id}/rotate`, { overlapSeconds: 86_400 })
    expect((await owner.send('GET', `${path}/${id}`)).body).toMatchObject({ expiresAt: end })
  })

  it('happens once when two rotate at the same moment', async () => {
    const id = read(await create('raced'), 'id')
    const rotate = () => owner.send('POST', `${path}/${id}/rotate`, {})
    const answers = await test.sideBySide(`select 1 from api_key where id = '${id}' for update`, [
      rotate,
      rotate,
      rotate,
    ])
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409])
    expect(column(await owner.send('GET', `${path}?search=raced`), 'name')).toHaveLength(2)
  })
})

describe('revoking an API key', () => {
  it('holds, also when repeated', async () => {
    const made = await create('revoked')
    const revoke = () => owner.send('DELETE', `${path}/${read(made, 'id')}`)
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204])
    expect(await test.identity.api.keyDirectory.find(read(made, 'secret'))).toMatchObject({ state: 'revoked' })
  })
})

describe('API keys of others', () => {
  it('are not found under one’s own project nor theirs', async () => {
    const id = read(await create('mine'), 'id')
    const stranger = await test.join('stranger@example.org')
    for (const projectId of [owner.projectId, stranger.projectId]) {
      const one = `/projects/${projectId}/keys/${id}`
      const answers = [
        await stranger.send('GET', one),
        await stranger.send('PATCH', one, { name: 'theirs' }),
        await stranger.send('POST', `${one}/rotate`, {}),
        await stranger.send('DELETE', one),
      ]
      expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404])
    }
    expect((await owner.send('GET', `${path}/${id}`)).body).toMatchObject({ name: 'mine', state: 'active' })
  })
})

describe('names for lists of usage', () => {
  it('are given for the keys of the projects asked for only', async () => {
    const other = await test.join('other@example.org')
    const theirs = read(await other.send('POST', `/projects/${other.projectId}/keys`, { name: 'theirs' }), 'id')
    const mine = read(await create('named'), 'id')
    const names = await test.identity.api.keyNames(test.database.direct, [owner.projectId])
    expect([names.get(mine), names.has(theirs)]).toEqual(['named', false])
    const projects = await test.identity.api.projectsOf(test.database.direct, owner.organisationId)
    expect(projects).toEqual([{ id: owner.projectId }])
  })
})
