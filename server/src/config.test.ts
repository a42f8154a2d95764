import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env, '1')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}

test('nothing set gives the defaults', () => {
  const config = readConfig({}, '1.2.3')
  expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', policy: 'starter', version: '1.2.3' })
})

test('all wrong settings are reported together, each with its name and an example', () => {
  const problems = problemsOf({
    AVOW_PORT: 'eighty',
    AVOW_SMTP_URL: 'http://x',
    DATABASE_URL: 'mysql://x',
    AVOW_ENGINE_QUEUE: '-1',
  })
  expect(problems).toHaveLength(4)
  for (const name of ['AVOW_PORT', 'AVOW_SMTP_URL', 'DATABASE_URL', 'AVOW_ENGINE_QUEUE']) {
    expect(problems.find((problem) => problem.startsWith(`${name}:`))).toContain(`Example: ${name}=`)
  }
})

test('a wrong value is not repeated: it may be a secret', () => {
  expect(problemsOf({ AVOW_SMTP_URL: 'hunter2-canary' }).join()).not.toContain('hunter2-canary')
})

test('a misspelt setting is refused rather than ignored', () => {
  expect(problemsOf({ AVOW_PROT: '80' }).join()).toContain('AVOW_PROT')
})

test('listening off loopback needs TLS', () => {
  expect(problemsOf({ AVOW_HOST: '0.0.0.0' }).join()).toContain('AVOW_TLS_CERT')
  expect(problemsOf({ AVOW_HOST: '0.0.0.0', AVOW_TLS_CERT: 'c', AVOW_TLS_KEY: 'k' })).toEqual([])
})
