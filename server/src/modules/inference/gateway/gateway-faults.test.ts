import { afterEach, beforeEach, expect, test } from 'vitest'
import { realDisk } from '../../../platform/journal/index.ts'
import { encodeUsageLine } from '../../billing/index.ts'
import { answer, chat, errorOf, piece, until } from './test-answers.ts'
import { startTestGateway, type TestGateway } from './test-gateway.ts'

let at: TestGateway

beforeEach(async () => {
  at = await startTestGateway()
})

afterEach(() => at.close())

test('faults of the model’s server are told without its address or key', async () => {
  const told = async (status: number, body: string) => {
    at.upstream.answerWith((_, res) => res.writeHead(status, { 'retry-after': '7' }).end(body))
    return errorOf(await at.post(chat))
  }
  expect(await told(500, 'at http://10.1.2.3:8000')).toMatchObject({ status: 502, code: 'upstream_failed' })
  expect(await told(401, '{"error":{"message":"Incorrect API key provided: upstream-secret"}}')).toMatchObject({
    status: 502,
    code: 'upstream_refused',
  })
  expect(await told(429, '{}')).toMatchObject({ status: 429, code: 'model_busy' })
  const refused = await told(
    400,
    '{"error":{"message":"too long for http://10.1.2.3:8000/x","type":"invalid_request_error","code":"context_length_exceeded"}}',
  )
  expect(refused).toMatchObject({ status: 400, code: 'context_length_exceeded', message: 'too long for [address]' })
  expect((await at.booked()).map((event) => [event.outcome, event.promptTokens, String(event.costMicros)])).toEqual([
    ['upstream_failed', 0, '0'],
    ['upstream_failed', 0, '0'],
    ['upstream_failed', 0, '0'],
    ['upstream_refused', 0, '0'],
  ])
})

test('an answer that breaks off in the middle is a clear error and is booked for what came', async () => {
  at.upstream.answerWith((_, res) => {
    res.setHeader('content-type', 'text/event-stream').write(piece('a') + piece('b'), () => res.destroy())
  })
  const text = await (await at.post({ ...chat, stream: true })).text()
  expect(text).toContain(piece('a') + piece('b'))
  expect(text).toContain('"code":"upstream_cut_off"')
  expect(text).not.toContain('[DONE]')
  expect(await at.booked()).toEqual([expect.objectContaining({ outcome: 'upstream_failed', completionTokens: 2 })])
})

test('a silent model’s server is 504, before the answer and in the middle of it', async () => {
  await at.close()
  at = await startTestGateway({ deps: { timeouts: { firstByteMs: 300, idleMs: 300 } } })
  at.upstream.answerWith(() => undefined)
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 504, code: 'upstream_timeout' })
  at.upstream.answerWith((_, res) => void res.setHeader('content-type', 'text/event-stream').write(piece('a')))
  expect(await (await at.post({ ...chat, stream: true })).text()).toContain('"code":"upstream_timeout"')
})

test('a full disk refuses work instead of giving it away, and recovers by itself', async () => {
  await at.close()
  const disk = {
    ...realDisk,
    full: false,
    write: (...call: Parameters<typeof realDisk.write>) => {
      if (disk.full) throw new Error('ENOSPC: no space left on device')
      return realDisk.write(...call)
    },
  }
  at = await startTestGateway({ disk, probeIntervalMs: 5 })
  at.upstream.answerWith((_, res) => res.end(answer()))
  disk.full = true
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 503, code: 'usage_not_recordable' })
  const servedBefore = at.upstream.received.length
  expect(await errorOf(await at.post(chat))).toMatchObject({ status: 503, code: 'usage_not_recordable' })
  expect(at.upstream.received.length).toBe(servedBefore)
  disk.full = false
  await until(async () => (await at.post(chat)).status === 200)
  expect((await at.booked()).length).toBeGreaterThan(0)
})

test('what the policy forbids is 403 with its rule', async () => {
  await at.close()
  at = await startTestGateway({ deps: { policyRefusal: () => 'purpose(usage.inference, provide)' } })
  expect(await errorOf(await at.post(chat))).toMatchObject({
    status: 403,
    code: 'policy_refused',
    message: expect.stringContaining('purpose(usage.inference, provide)'),
  })
})

test('neither prompts, answers nor keys reach the log or the books, also when things fail', async () => {
  at.upstream.answerWith((_, res) => res.writeHead(500).end('secret answer'))
  await (await at.post({ ...chat, messages: [{ role: 'user', content: 'secret prompt' }] })).text()
  at.upstream.answerWith(
    (_, res) =>
      void res.setHeader('content-type', 'text/event-stream').write(piece('secret answer'), () => res.destroy()),
  )
  await (await at.post({ ...chat, stream: true, messages: [{ role: 'user', content: 'secret prompt' }] })).text()
  const seen = at.logged.join('\n') + (await at.booked()).map(encodeUsageLine).join('\n')
  expect(seen).not.toMatch(/secret|sk-good/)
})

test('stopping lets calls end, then ends them with a word and books them', async () => {
  at.upstream.answerWith((_, res) => void res.setHeader('content-type', 'text/event-stream').write(piece('a')))
  const response = await at.post({ ...chat, stream: true })
  const reading = response.text()
  await at.gateway.close(50)
  expect(await reading).toContain('"code":"stopping"')
  expect((await errorOf(await at.post(chat))).code).toBe('stopping')
  expect(await at.booked()).toEqual([expect.objectContaining({ outcome: 'interrupted', completionTokens: 1 })])
})
