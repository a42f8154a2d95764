import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KeyDirectory } from '../index.ts'
import { createTestIdentity, type Member, read, type TestIdentity } from '../test-identity.ts'

let test: TestIdentity
let owner: Member
let path: string
let directory: KeyDirectory
beforeAll(async () => {
  test = await createTestIdentity()
  owner = await test.join('owner@example.org')
  path = `/projects/${owner.projectId}/keys`
  directory = test.identity.api.keyDirectory
  await test.identity.start()
})
afterAll(() => test.close())

const create = (more: object = {}) => owner.send('POST', path, { name: 'key', ...more })

/** What a listener hears from now on: all that was done before was heard. */
const hear = async () => {
  const heard: (string | null)[] = []
  const stop = directory.onChange((keyId) => heard.push(keyId))
  const marker = read(await create(), 'id')
  await vi.waitFor(() => expect(heard).toContain(marker))
  heard.length = 0
  return { heard, stop }
}

describe('the key directory', () => {
  it('finds a key by its secret with its project, organisation and limits', async () => {
    const made = await create({ allowedModels: ['m'], requestsPerMinute: 1, tokensPerMinute: 2 })
    expect(await directory.find(read(made, 'secret'))).toEqual({
      keyId: read(made, 'id'),
      projectId: owner.projectId,
      organisationId: owner.organisationId,
      state: 'active',
      expiresAtMs: null,
      allowedModels: new Set(['m']),
      requestsPerMinute: 1,
      tokensPerMinute: 2,
      concurrentRequests: null,
    })
  })

  it('knows nothing of a secret that was made up, nor of a session', async () => {
    expect(await directory.find('avow_madeup')).toBeNull()
    expect(await directory.find(owner.token)).toBeNull()
  })

  it('hashes the same secret to the same text, which is not the secret', () => {
    expect(directory.hash('avow_x')).toBe(directory.hash('avow_x'))
    expect(directory.hash('avow_x')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('tells of each change by another process, by id', async () => {
    const other = test.again().as(owner.token)
    const id = read(await create(), 'id')
    const { heard, stop } = await hear()
    await other('PATCH', `${path}/${id}`, { requestsPerMinute: 5 })
    await other('DELETE', `${path}/${id}`)
    await vi.waitFor(() => expect(heard).toEqual([id, id]))
    stop()
  })

  it('tells of a change only when it was committed', async () => {
    const id = read(await create(), 'id')
    const { heard, stop } = await hear()
    const undone = test.database.transaction(async (tx) => {
      await tx.execute(`update api_key set revoked_at = now() where id = '${id}'`)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    const marker = read(await create(), 'id')
    await vi.waitFor(() => expect(heard).toContain(marker))
    expect(heard).toEqual([marker])
    stop()
  })

  it('writes the last use in batches, which is no change to tell', async () => {
    const made = await create()
    const { heard, stop } = await hear()
    const atMs = test.clock.nowMs()
    directory.touched(read(made, 'id'), atMs)
    directory.touched(read(made, 'id'), atMs - 5000)
    await test.identity.flush()
    const shown = await owner.send('GET', `${path}/${read(made, 'id')}`)
    expect(read(shown, 'lastUsedAt')).toBe(new Date(atMs).toISOString())
    const marker = read(await create(), 'id')
    await vi.waitFor(() => expect(heard).toContain(marker))
    expect(heard).toEqual([marker])
    stop()
  })

  it('keeps times of last use that the database did not take, for the next try', async () => {
    const made = await create()
    const atMs = test.clock.nowMs()
    directory.touched(read(made, 'id'), atMs)
    await test.database.pool.query('alter table api_key rename to api_key_away')
    await test.identity.flush()
    await test.database.pool.query('alter table api_key_away rename to api_key')
    await test.identity.flush()
    expect(read(await owner.send('GET', `${path}/${read(made, 'id')}`), 'lastUsedAt')).toBe(
      new Date(atMs).toISOString(),
    )
  })

  it('connects again when its connection is lost, says that changes may be missed, and hears again', async () => {
    const { heard, stop } = await hear()
    const lost = await test.database.pool.query(
      "select pg_terminate_backend(pid) as done from pg_stat_activity where datname = current_database() and query = 'listen api_key_changed'",
    )
    expect(lost.rows).toEqual([{ done: true }])
    await vi.waitFor(() => expect(heard).toEqual([null]), { timeout: 10_000 })
    const id = read(await create(), 'id')
    await vi.waitFor(() => expect(heard).toEqual([null, id]))
    stop()
  })
})
