import { expect, test } from 'vitest'
import { createLog, describeError } from './log.ts'

const lines = () => {
  const written: string[] = []
  return { written, log: createLog('debug', { write: (line) => written.push(line) }) }
}

test('a field that is not on the list never reaches the log, nested or not', () => {
  const { written, log } = lines()
  const fields = { event: 'x', email: 'canary-1', url: { nested: 'canary-2' }, body: 'canary-3' }
  log.info(fields as never, 'said')
  expect(written.join('')).toContain('"event":"x"')
  expect(written.join('')).not.toMatch(/canary/)
})

test('the message of a foreign error stays out of the log', () => {
  const { written, log } = lines()
  log.error({ event: 'failed', ...describeError(new TypeError('canary in a message')) }, 'failed')
  expect(written.join('')).toContain('TypeError')
  expect(written.join('')).not.toContain('canary')
})
