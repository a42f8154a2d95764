import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('lint-file.ts', import.meta.url))
const starter = fileURLToPath(new URL('../../policies/starter.yaml', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'avow-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

function lint(file: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' })
  return {
    stderr,
    status,
    output: stdout === '' ? null : (JSON.parse(stdout) as { policy: unknown; findings: object[] }),
  }
}

describe('linting a file from the command line', () => {
  it('passes the starter, and says that it names nobody yet', () => {
    const findings = [{ severity: 'warning', path: 'operator.name' }]
    expect(lint(starter)).toMatchObject({ status: 0, output: { policy: { id: 'starter' }, findings } })
  })

  it('gives the place of what is wrong and fails', () => {
    const file = join(folder, 'broken.yaml')
    writeFileSync(file, readFileSync(starter, 'utf8').replace('minimumAge: 16', 'minimumAge: old'))
    expect(lint(file)).toMatchObject({
      status: 1,
      output: { policy: null, findings: [{ severity: 'error', path: 'audience.minimumAge', column: 15 }] },
    })
  })

  it('says so when there is no such file', () => {
    expect(lint(join(folder, 'none.yaml'))).toMatchObject({
      status: 2,
      output: null,
      stderr: expect.stringContaining('none.yaml'),
    })
  })
})
