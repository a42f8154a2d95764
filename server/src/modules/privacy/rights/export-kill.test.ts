import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { makeExport } from './index.ts'
import { readArchive } from './read-archive.ts'
import { createRightsWorld, type RightsWorld } from './test-rights.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap)
})
afterAll(() => world.close())

const script = new URL('./test-kill-export.ts', import.meta.url).pathname

/** Makes the copy in a process that is killed before a statement. @returns whether it came to its end */
const makeUntil = (id: string, statement: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const given = [script, world.system.database.url, id, String(statement)]
    const child = spawn(process.execPath, given, { stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end(JSON.stringify(dataMap))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(false)
      else if (code === 0) resolve(true)
      else reject(new Error(`the copy ended with ${code}`))
    })
  })

const killsMax = 12

it('a copy killed again and again goes on from where it was, and is whole: every table once, as its manifest says', async () => {
  const who = await world.join('Elsa Exports')
  await who.send('POST', `/projects/${who.projectId}/keys`, { name: 'Elsa laptop' })
  const { body } = await who.send('POST', '/me/export', {})
  const id = String(body['id'])
  const far: number[] = []
  let isDone = false
  for (let kills = 0; !isDone && kills < killsMax; kills++) {
    isDone = await makeUntil(id, 60 + 23 * kills)
    const shown = (await who.send('GET', '/me/export')).body['export'] as { state: string; tablesDone: number }
    far.push(shown.tablesDone)
    if (!isDone) expect(shown.state).not.toBe('done')
  }
  expect(far.length).toBeGreaterThan(3)
  expect(far).toEqual(far.toSorted((a, b) => a - b))
  if (!isDone) expect(await makeUntil(id, 0)).toBe(true)
  const { rows } = await world.system.database.pool.query(
    'select r.state, e.tables_done, count(p.id)::int as parts, count(distinct p.number)::int as numbers from data_export e join rights_request r on r.id = e.id join export_part p on p.export_id = e.id where e.id = $1 group by 1, 2',
    [id],
  )
  const { parts, tablesTotal } = (await who.send('GET', '/me/export')).body['export'] as Record<string, number>
  expect(rows).toEqual([{ state: 'done', tables_done: tablesTotal, parts, numbers: parts }])
  await makeExport(world.rights, id)
  const pieces: Buffer[] = []
  for (let part = 0; part < (parts ?? 0); part++) {
    const piece = await who.send('GET', `/me/export/${id}/parts/${part}`)
    pieces.push(Buffer.from(String(piece.body['content']), 'base64'))
  }
  const read = readArchive(Buffer.concat(pieces))
  expect(read.rows.get('person')).toHaveLength(1)
  expect(JSON.stringify([...read.rows.values()])).toContain('Elsa laptop')
}, 240_000)
