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
    AVOW_OTLP_HEADERS: 'a key without a value',
    DATABASE_URL: 'mysql://x',
    AVOW_ENGINE_QUEUE: '-1',
  })
  expect(problems).toHaveLength(5)
  for (const name of ['AVOW_PORT', 'AVOW_SMTP_URL', 'AVOW_OTLP_HEADERS', 'DATABASE_URL', 'AVOW_ENGINE_QUEUE']) {
    expect(problems.find((problem) => problem.startsWith(`${name}:`))).toContain(`Example: ${name}=`)
  }
})

test('how long models’ servers are waited for is said as a duration, and never for nothing or for ever', () => {
  expect(readConfig({}, '1').timeouts).toEqual({ firstByteMs: 600_000, idleMs: 120_000 })
  expect(readConfig({ AVOW_IDLE_TIMEOUT: 'PT30S' }, '1').timeouts.idleMs).toBe(30_000)
  for (const wrong of ['30', 'PT0S', 'P2D', 'forever'])
    expect(problemsOf({ AVOW_FIRST_BYTE_TIMEOUT: wrong }).join()).toContain('PT1S to P1D')
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

test('what is wrong is said in words', () => {
  const said = (name: string, value: string) => problemsOf({ [name]: value })[0]?.split('. Example')[0]
  expect(said('AVOW_PORT', 'eighty')).toBe('AVOW_PORT: must be a whole number from 0 to 65535')
  expect(said('AVOW_PORT', '70000.5')).toBe('AVOW_PORT: must be a whole number from 0 to 65535')
  expect(said('AVOW_ENGINE', 'maybe')).toBe('AVOW_ENGINE: must be on or off')
  expect(said('AVOW_USAGE_SYNC', 'later')).toBe('AVOW_USAGE_SYNC: must be one of: soon, before-answer')
  expect(said('AVOW_PUBLIC_URL', 'cloud')).toBe('AVOW_PUBLIC_URL: must be an http or https address')
  expect(said('AVOW_OPERATOR_EMAIL', 'me')).toBe('AVOW_OPERATOR_EMAIL: must be an email address')
})

test('trusted proxies are addresses and blocks of addresses, and none by default', () => {
  expect(readConfig({}, '1').trustedProxies).toEqual([])
  const config = readConfig({ AVOW_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8' }, '1')
  expect(config.trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  for (const wrong of ['loopback', '10.0.0.0/33', '10.0.0.1,', '10.0.0.1/', 'true'])
    expect(problemsOf({ AVOW_TRUSTED_PROXIES: wrong })).toHaveLength(1)
})
