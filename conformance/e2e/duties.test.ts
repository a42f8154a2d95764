import { beforeAll, describe, expect, test } from 'vitest'
import { type RunningAvow, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  return () => avow[Symbol.asyncDispose]()
})

const run = async (...args: string[]) => {
  const result = await avow.cli([...args, '--json'])
  if (result.code !== 0) throw new Error(`avow ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return JSON.parse(result.stdout)
}
const stateOf = async (id: string): Promise<string> => {
  const { clauses } = (await run('policy', 'verify')) as { clauses: { id: string; state: string }[] }
  return clauses.find((clause) => clause.id === id)?.state ?? 'missing'
}

describe('attestations', () => {
  test('a statement in the words of the policy makes its clause attested, until it is taken back', async () => {
    expect(await stateOf('START-47')).toBe('unproven')
    const refused = await avow.cli(['attest', 'confidentiality'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--confirm')])
    const other = await avow.cli(['attest', 'confidentiality', '--statement', 'all is well'])
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is not the policy’s')])
    const stated = await run('attest', 'confidentiality', '--confirm', '--note', 'signed in November')
    expect(stated).toMatchObject({ name: 'confidentiality', role: 'operator', state: 'in force' })
    expect(await stateOf('START-47')).toBe('attested')
    await run('attestation', 'revoke', 'confidentiality', stated.id, '--yes')
    expect(await stateOf('START-47')).toBe('unproven')
    const { items } = await run('attestation', 'history', 'confidentiality')
    expect(items).toMatchObject([{ state: 'revoked', note: 'signed in November' }])
  })
})
