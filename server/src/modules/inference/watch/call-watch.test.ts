import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { movableClock } from '../../../platform/clock/index.ts'
import { answer, chat, data, piece, usagePiece } from '../gateway/test-answers.ts'
import { keyRecord, startTestGateway } from '../gateway/test-gateway.ts'
import { createCallWatch } from './call-watch.ts'

const start = async () => {
  const registry = new Registry()
  const clock = movableClock(new Date('2026-11-22T12:00:00Z'))
  const watch = createCallWatch({ registry, clock })
  const at = await startTestGateway({ deps: { watch } })
  onTestFinished(() => at.close())
  at.keys.set('sk-other', keyRecord({ keyId: 'key_2', projectId: 'prj_2' }))
  at.keys.set('sk-slow', keyRecord({ keyId: 'key_3', requestsPerMinute: 1 }))
  const plain = () =>
    at.upstream.answerWith((_, res) => res.setHeader('content-type', 'application/json').end(answer()))
  const ask = async (key: string, more: object = {}) => (await at.post({ ...chat, ...more }, { key })).text()
  return { at, registry, clock, watch, plain, ask }
}

const streamed = [piece('one'), piece('two'), piece('three'), usagePiece, data('[DONE]')].join('')

test('a project sees its own last minutes, by model, key and endpoint, and nobody else’s', async () => {
  const { at, watch, plain, ask } = await start()
  plain()
  for (const key of ['sk-good', 'sk-good', 'sk-other']) await ask(key)
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'text/event-stream').end(streamed))
  await ask('sk-good', { stream: true })
  const { totals, rows } = watch.look('prj_1', 'model')
  expect(totals).toMatchObject({
    requests: 3,
    refused: 0,
    inFlight: 0,
    errors: [],
    promptTokens: 15,
    completionTokens: 7,
  })
  expect(totals.firstTokenMs?.p50).toBeGreaterThan(0)
  expect(totals.queuedMs?.p95).toBeGreaterThan(0)
  expect(rows).toEqual([{ model: 'm', keyId: null, endpoint: null, figures: totals }])
  expect(watch.look('prj_1', 'key').rows.map(({ keyId }) => keyId)).toEqual(['key_1'])
  expect(watch.look('prj_1', 'endpoint').rows.map(({ endpoint }) => endpoint)).toEqual(['/v1/chat/completions'])
  expect(watch.look(null, 'model').totals.requests).toBe(4)
})

test('errors are told by kind: what turned a key away, of what its calls failed, and never a word of a model’s server', async () => {
  const { at, watch, plain, ask } = await start()
  plain()
  await ask('sk-slow')
  for (let more = 0; more < 2; more++) await ask('sk-slow')
  at.upstream.answerWith((_, res) => res.writeHead(500).end('{}'))
  await ask('sk-good')
  at.upstream.answerWith((_, res) => res.writeHead(400).end('{"error":{"message":"no","code":"jane@example.org"}}'))
  await ask('sk-good')
  const { totals } = watch.look('prj_1', 'model')
  expect(totals).toMatchObject({ requests: 3, refused: 2 })
  expect(totals.errors).toEqual([
    { kind: 'rate_limit_exceeded', count: 2 },
    { kind: 'upstream_failed', count: 1 },
    { kind: 'upstream_refused', count: 1 },
  ])
})

test('a call counts as in flight until it ends, and what is past the last minutes is forgotten', async () => {
  const { at, clock, watch, plain, ask } = await start()
  const begun = new Promise<() => void>((go) =>
    at.upstream.answerWith((_, res) => go(() => void res.setHeader('content-type', 'application/json').end(answer()))),
  )
  const asked = ask('sk-good')
  const finish = await begun
  expect(watch.look('prj_1', 'model').totals).toMatchObject({ inFlight: 1, requests: 0 })
  finish()
  await asked
  expect(watch.look('prj_1', 'model').totals).toMatchObject({ inFlight: 0, requests: 1 })
  clock.advance(3 * 60_000)
  plain()
  await ask('sk-good')
  expect(watch.look('prj_1', 'model')).toMatchObject({ windowSeconds: 180, totals: { requests: 2 } })
  clock.advance(3 * 60_000)
  expect(watch.look('prj_1', 'model')).toMatchObject({
    windowSeconds: 300,
    totals: { requests: 1, completionTokens: 2 },
  })
  clock.advance(3 * 60_000)
  expect(watch.look('prj_1', 'model')).toMatchObject({ totals: { requests: 0, firstTokenMs: null }, rows: [] })
})

test('Prometheus gets histograms by OpenTelemetry’s names, labelled with model, operation and kind of error only', async () => {
  const { at, registry, plain, ask } = await start()
  plain()
  await ask('sk-good')
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'text/event-stream').end(streamed))
  await ask('sk-good', { stream: true })
  at.upstream.answerWith((_, res) => res.writeHead(500).end('{}'))
  await ask('sk-other')
  const text = await registry.metrics()
  const of = 'gen_ai_operation_name="chat",gen_ai_request_model="m"'
  for (const line of [
    '# TYPE gen_ai_server_request_duration_seconds histogram',
    `gen_ai_server_request_duration_seconds_bucket{${of},le="81.92"} 2`,
    `gen_ai_server_request_duration_seconds_count{${of}} 2`,
    `gen_ai_server_request_duration_seconds_count{${of},error_type="upstream_failed"} 1`,
    `gen_ai_server_time_to_first_token_seconds_count{${of}} 1`,
    `gen_ai_server_time_per_output_token_seconds_count{${of}} 1`,
    `gen_ai_client_token_usage_sum{${of},gen_ai_token_type="input"} 10`,
    `gen_ai_client_token_usage_sum{${of},gen_ai_token_type="output"} 5`,
    `gen_ai_client_token_usage_bucket{${of},gen_ai_token_type="output",le="4"} 2`,
    `avow_inference_queue_seconds_count{${of}} 3`,
  ])
    expect(text).toContain(line)
  expect(text).not.toMatch(/key_|prj_|org_/)
})
