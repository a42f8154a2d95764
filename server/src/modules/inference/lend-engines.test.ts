import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { EmbeddedStatus } from './embedded-models.ts'
import { borrowEngines, createEngineLender } from './lend-engines.ts'

const ready: EmbeddedStatus = {
  ...{ state: 'ready', reason: null, download: null },
  engine: { baseUrl: 'http://127.0.0.1:4000', token: 'secret' },
}

test('a gateway beside the main process finds its engines, and says why when there are none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-lend-'))
  const file = join(folder, 'engines.json')
  const lender = createEngineLender(file, () => undefined)
  let alive: boolean | null = true
  let changes = 0
  const borrowed = borrowEngines({ file, isLenderAlive: () => alive, onChange: () => changes++ })
  borrowed.want([])
  expect(borrowed.status('toy')).toMatchObject({ state: 'absent', engine: null })
  lender.tell({ toy: ready })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await vi.waitFor(() => expect(borrowed.status('toy')).toEqual(ready), { timeout: 3000 })
  expect(changes).toBeGreaterThan(0)
  alive = false
  await vi.waitFor(() => expect(borrowed.status('toy').reason).toContain('does not run'), { timeout: 3000 })
  alive = null
  await vi.waitFor(() => expect(borrowed.status('toy').reason).toContain('on another'), { timeout: 3000 })
  expect(await new Promise((told) => borrowed.cancelledCounts('id', told))).toBeNull()
  await borrowed.stop()
  lender.stop()
  rmSync(folder, { recursive: true })
})
