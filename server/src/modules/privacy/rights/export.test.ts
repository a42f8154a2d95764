import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { makeExport } from './index.ts'
import { createMakeExportsJob } from './make-export.ts'
import { createRightsWorld, type RightsWorld, type Somebody } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())
const query = async (text: string, values: unknown[] = []) =>
  (await world.system.database.pool.query(text, values)).rows
const ask = async (who: Somebody) => String((await who.send('POST', '/me/export', {})).body['id'])
const shown = async (who: Somebody) =>
  (await who.send('GET', '/me/export')).body['export'] as Record<string, unknown> | null
const partOf = (who: Somebody, id: string, part = 0) => who.send('GET', `/me/export/${id}/parts/${part}`)
const dayMs = 86_400_000

/** Goes on with a copy until something is in it. */
const makeSome = async (id: string): Promise<void> => {
  const stop = new AbortController()
  const { vault } = world.rights
  const sealFor: typeof vault.sealFor = (...given) => {
    stop.abort()
    return vault.sealFor(...given)
  }
  await makeExport({ ...world.rights, vault: { ...vault, sealFor } }, id, stop.signal)
}

it('a copy of any length comes in parts that are one tar.gz, as any tar reads it', async () => {
  const who = await world.join('Paula Parts')
  await query(
    "insert into rights_request (id, kind, state, person_id, asked_at, due_at, starts_at) select 'many-' || n, 'access', 'done', $1, now() - interval '2 days', now(), now() from generate_series(1, 4000) n",
    [who.id],
  )
  const archive = await world.archiveOf(who)
  const folder = mkdtempSync(join(tmpdir(), 'avow-export-'))
  try {
    writeFileSync(join(folder, 'me.tar.gz'), archive)
    execFileSync('tar', ['-xzf', 'me.tar.gz'], { cwd: folder })
    const lines = readFileSync(join(folder, 'data/rights_request.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines.filter((line) => line.includes('"many-'))).toHaveLength(4000)
    const parts = await query(
      "select f->>'parts' as n from data_export, jsonb_array_elements(files) f where f->>'table' = 'rights_request' and person_id = $1",
      [who.id],
    )
    expect(Number(parts[0]?.n)).toBeGreaterThan(2)
    const { tables } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { tables: { file: string }[] }
    const files = tables.map(({ file }) => file.replace('data/', ''))
    expect(readdirSync(join(folder, 'data')).toSorted()).toEqual(files.toSorted())
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('a copy tells how far it is, is one at a time, and can be stopped', async () => {
  const who = await world.join('Stella Stops')
  const id = await ask(who)
  expect(await shown(who)).toMatchObject({ id, state: 'waiting', tablesDone: 0, parts: 0 })
  expect(await partOf(who, id)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(await who.send('POST', '/me/export', {})).toMatchObject({ status: 409, body: { code: 'conflict' } })
  await makeSome(id)
  expect(await shown(who)).toMatchObject({ state: 'running', parts: 0 })
  expect((await who.send('DELETE', '/me/export')).status).toBe(204)
  expect(await shown(who)).toBeNull()
  await makeExport(world.rights, id)
  expect(await query('select 1 from export_part where person_id = $1', [who.id])).toEqual([])
  expect(await query('select state from rights_request where id = $1', [id])).toEqual([{ state: 'cancelled' }])
  expect((await who.send('DELETE', '/me/export')).status).toBe(404)
})

it('a copy is for its person alone, and the next one takes its place', async () => {
  const [who, other] = [await world.join('Olga Own'), await world.join('Otto Other')]
  await world.archiveOf(who)
  const first = String((await shown(who))?.['id'])
  expect((await partOf(who, first)).status).toBe(200)
  expect((await partOf(who, first, 5000)).status).toBe(404)
  expect((await partOf(other, first)).status).toBe(404)
  expect((await world.as()('GET', `/me/export/${first}/parts/0`)).status).toBe(401)
  await world.archiveOf(who)
  expect((await partOf(who, first)).status).toBe(404)
  expect(await query('select 1 from data_export where person_id = $1', [who.id])).toHaveLength(1)
})

it('a copy lies sealed in the database, is refused from the end of its time on, and then swept away', async () => {
  const who = await world.join('Erna Expires')
  await world.archiveOf(who)
  const id = String((await shown(who))?.['id'])
  const open = "select 1 from export_part where position(convert_to('Erna', 'UTF8') in sealed_content) > 0"
  expect(await query(open)).toEqual([])
  expect((await world.search('Erna'))['export_part']).toBeGreaterThan(0)
  await query(`update data_export set begun_at = begun_at - interval '7 days' where id = $1`, [id])
  expect(await shown(who)).toBeNull()
  expect((await partOf(who, id)).status).toBe(404)
  const { retention } = world.system.gates
  const of = retention.tables.find(({ table }) => table === 'data_export')
  if (of === undefined) throw new Error('nothing sweeps copies')
  await retention.sweep(of, new AbortController().signal)
  expect(await query('select 1 from export_part where export_id = $1', [id])).toEqual([])
})

it('an erasure takes the copy too, also one that is being made', async () => {
  const [made, making] = [await world.join('Gerda Gone'), await world.join('Hanna Half')]
  await world.archiveOf(made)
  const id = await ask(making)
  await makeSome(id)
  for (const who of [made, making]) expect(await world.erase((await world.ask(who)).id)).toBe('done')
  await makeExport(world.rights, id)
  for (const name of ['Gerda', 'Hanna', made.id, making.id]) expect(await world.search(name)).toEqual({})
  expect(await query('select state, closed_because from rights_request where id = $1', [id])).toEqual([
    { state: 'cancelled', closed_because: 'person-erased' },
  ])
})

it('a copy that a restore did not bring back is made anew', async () => {
  const who = await world.join('Rita Restored')
  const id = await ask(who)
  await query('delete from data_export where id = $1', [id])
  expect((await who.send('POST', '/me/export', {})).status).toBe(409)
  await makeExport(world.rights, id)
  expect(await shown(who)).toMatchObject({ id, state: 'done' })
})

it('the job makes what was asked for, one after the other; one that fails keeps no other from being made', async () => {
  const [fails, waits] = [await world.join('Fritz Fails'), await world.join('Willi Waits')]
  const ids = [await ask(fails), await ask(waits)]
  expect(await shown(waits)).toMatchObject({ state: 'waiting', ahead: 1 })
  const broken = {
    ...world.rights,
    accounts: {
      ...world.rights.accounts,
      belongings: (...given: Parameters<typeof world.rights.accounts.belongings>) =>
        given[1] === fails.id ? Promise.reject(new Error('away')) : world.rights.accounts.belongings(...given),
    },
  }
  const run = (rights: typeof world.rights) => createMakeExportsJob(rights).run({}, new AbortController().signal)
  await expect(run(broken)).rejects.toThrow('away')
  expect((await shown(waits))?.['state']).toBe('done')
  expect((await shown(fails))?.['state']).toBe('waiting')
  await Promise.all([run(world.rights), run(world.rights)])
  expect((await shown(fails))?.['state']).toBe('done')
  expect(await query('select state from rights_request where id = any ($1)', [ids])).toEqual([
    { state: 'done' },
    { state: 'done' },
  ])
})

it('more copies than anybody needs in a day are refused', async () => {
  const who = await world.join('Max Many')
  for (let n = 0; n < 10; n++) {
    expect((await who.send('POST', '/me/export', {})).status).toBe(202)
    await who.send('DELETE', '/me/export')
  }
  expect(await who.send('POST', '/me/export', {})).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  world.clock.advance(dayMs + 1000)
  const { body } = await world.as()('POST', '/auth/sign-in', {
    email: who.email,
    password: 'four unrelated words here',
    tokenWanted: true,
  })
  expect((await world.as(String(body['token']))('POST', '/me/export', {})).status).toBe(202)
})
