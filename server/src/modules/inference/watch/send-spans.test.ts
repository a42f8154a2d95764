import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { movableClock } from '../../../platform/clock/index.ts'
import type { EgressGate } from '../../../platform/gates/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { startMockModelServer } from '../gateway/mock-model-server.ts'
import { chat, data, piece, until, usagePiece } from '../gateway/test-answers.ts'
import { startTestGateway } from '../gateway/test-gateway.ts'
import { createWatching } from './index.ts'
import { createSpanSender } from './send-spans.ts'

const allowed: Pick<EgressGate, 'judge' | 'refuse'> = {
  judge: () => ({ allowed: true, party: { kind: 'own', host: '127.0.0.1' } }),
  refuse: () => undefined,
}
const log = createLog('silent', { write: () => undefined })
const clock = movableClock(new Date('2026-11-22T12:00:00Z'))
const span = {
  ...{ operation: 'chat', model: 'm', answeredBy: 'm', provider: 'avow', stream: false, startedMs: 1, endedMs: 2 },
  ...{ promptTokens: 1, completionTokens: 1, status: 200, errorKind: null, firstTokenMs: null, queuedMs: 0.5 },
}

/** A real collector, and whoever sends to it. */
const withCollector = async (options: { waitingMax?: number; egress?: typeof allowed } = {}) => {
  const collector = await startMockModelServer()
  const registry = new Registry()
  const deps = { registry, clock, egress: allowed, log, ...options }
  const at = { url: `${collector.url}/otel`, recipient: null, headers: { 'x-collector-key': 'k1' } }
  onTestFinished(() => collector.close())
  return { collector, registry, deps, at }
}

interface Received {
  resourceSpans: { scopeSpans: { spans: { attributes: { key: string; value: object }[] }[] }[] }[]
}
const spansIn = (text: string) =>
  (JSON.parse(text) as Received).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))

test('a collector gets a span of each call by OpenTelemetry’s names, and nothing that was said or whose it was', async () => {
  const { collector, deps, at: to } = await withCollector()
  const config = { collector: to }
  const gates = { egress: allowed }
  const live = { purposeGate: { require: () => undefined }, keyNames: async () => new Map<string, string>() }
  const watching = createWatching({ ...deps, ...live, gates, config })
  const at = await startTestGateway({ deps: { watch: watching.watch } })
  onTestFinished(() => at.close())
  const canary = 'zebra-quokka jane@example.org'
  const messages = [{ role: 'user', content: canary }]
  const streamed = [piece(canary), piece('two'), usagePiece, data('[DONE]')].join('')
  at.upstream.answerWith((_, res) => res.setHeader('content-type', 'text/event-stream').end(streamed))
  const more = { messages, user: 'jane@example.org', metadata: { note: canary }, stream: true }
  await (await at.post({ ...chat, ...more }, { headers: { 'user-agent': canary } })).text()
  at.upstream.answerWith((_, res) =>
    res.writeHead(400).end(JSON.stringify({ error: { message: canary, code: canary } })),
  )
  const failed = await at.post({ ...chat, messages })
  const [began, ended] = await at.booked()
  await watching.stop()

  const [request] = collector.received
  expect([request?.path, request?.headers['content-type'], request?.headers['x-collector-key']]).toEqual([
    ...['/otel/v1/traces', 'application/json', 'k1'],
  ])
  const [first, second] = spansIn(request?.text ?? '')
  const attributes = Object.fromEntries((first?.attributes ?? []).map(({ key, value }) => [key, value]))
  expect(first).toMatchObject({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    ...{ name: 'chat m', kind: 3, status: {} },
    startTimeUnixNano: `${began?.atMs}000000`,
    endTimeUnixNano: `${(began?.atMs ?? 0) + (began?.durationMs ?? 0)}000000`,
  })
  expect(attributes).toEqual({
    'gen_ai.operation.name': { stringValue: 'chat' },
    'gen_ai.provider.name': { stringValue: 'avow' },
    'gen_ai.request.model': { stringValue: 'm' },
    'gen_ai.request.stream': { boolValue: true },
    'gen_ai.response.model': { stringValue: 'm' },
    'gen_ai.usage.input_tokens': { intValue: '5' },
    'gen_ai.usage.output_tokens': { intValue: '3' },
    'http.response.status_code': { intValue: '200' },
    'gen_ai.response.time_to_first_chunk': { doubleValue: expect.any(Number) },
    'avow.queue_time': { doubleValue: expect.any(Number) },
  })
  expect(second).toMatchObject({
    status: { code: 2 },
    attributes: expect.arrayContaining([{ key: 'error.type', value: { stringValue: 'upstream_refused' } }]),
  })
  const all = collector.received.map(({ text, headers }) => text + JSON.stringify(headers)).join()
  for (const secret of ['quokka', 'jane', 'sk-good', 'key_1', 'prj_1', 'org_1', began?.id, ended?.id])
    expect(all).not.toContain(secret)
  expect(failed.headers.get('x-request-id')).toBe(ended?.id)
})

test('a collector that is away for a while gets what waited; what does not fit in memory is dropped and counted', async () => {
  const { collector, registry, deps, at } = await withCollector({ waitingMax: 3 })
  collector.answerWith((_, res) => res.writeHead(503).end())
  const sender = createSpanSender(deps, at)
  for (let sent = 0; sent < 5; sent++) sender.add(span)
  await until(() => collector.received.length > 0)
  collector.answerWith((_, res) => res.end('{}'))
  await sender.stop()
  expect(spansIn(collector.received.at(-1)?.text ?? '')).toHaveLength(3)
  const metrics = await registry.metrics()
  expect(metrics).toContain('avow_spans_total{outcome="queue_full"} 2')
  expect(metrics).toContain('avow_spans_total{outcome="sent"} 3')
})

test('nothing is sent to a collector that the policy does not allow, and the refusal is recorded', async () => {
  const refused: string[] = []
  const egress: typeof allowed = {
    judge: () => ({ allowed: false, rule: 'recipients-only(unlisted)', why: 'unlisted', todo: '' }),
    refuse: ({ rule }) => void refused.push(rule),
  }
  const { collector, registry, deps, at } = await withCollector({ egress })
  const sender = createSpanSender(deps, at)
  sender.add(span)
  await sender.stop()
  expect([collector.received, refused]).toEqual([[], ['recipients-only(unlisted)']])
  expect(await registry.metrics()).toContain('avow_spans_total{outcome="policy_refused"} 1')
})

test('what was not measured is not told: no first token of a plain answer, no counts that were guessed', async () => {
  const { collector, deps, at } = await withCollector()
  const sender = createSpanSender(deps, at)
  sender.add({ ...span, promptTokens: null, completionTokens: null })
  await sender.stop()
  const keys = spansIn(collector.received[0]?.text ?? '')[0]?.attributes.map(({ key }) => key)
  expect(keys).not.toContain('gen_ai.response.time_to_first_chunk')
  expect(keys).not.toContain('gen_ai.usage.input_tokens')
})
