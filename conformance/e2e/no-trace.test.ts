import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batchLine, beginBatch, isEnded, untilBatch } from '../src/batches.ts'
import { startCollector } from '../src/collector.ts'
import { errorOf } from '../src/expect-error.ts'
import { addModel, createKey, untilModelReady } from '../src/inference.ts'
import { startMockUpstream } from '../src/mock-upstream.ts'
import { startAvow } from '../src/start-avow.ts'

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('no prompt and no answer is anywhere on the disk, in the log or in a trace, on success and on every failure path; no secret but its owner’s file either', async () => {
  await using mock = await startMockUpstream()
  await using collector = await startCollector()
  const env = { AVOW_LOG_LEVEL: 'trace', AVOW_OTLP_URL: collector.url, AVOW_OTLP_HEADERS: 'x-collector-key=a%20key' }
  await using avow = await startAvow({ env })
  await addModel(avow, 'mock', mock.url)
  await addModel(avow, 'model-that-is-stored', mock.url)
  await untilModelReady(avow, 'avow-tiny')
  const key = await createKey(avow, 'a name that is sealed')
  const marker = 'zebra-quokka-axolotl'
  const ask = (model: string, of: Record<string, unknown>, stream = false) =>
    key.openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: JSON.stringify({ ...of, name: marker }) }],
      stream,
    })

  await ask('mock', { tokens: 3 })
  for (const status of [400, 401, 429, 500, 503]) await errorOf(ask('mock', { status }))
  await errorOf(ask('no-such-model', {}))
  await key.openai.chat.completions.create({
    model: 'avow-tiny',
    messages: [{ role: 'user', content: `Say ${marker}` }],
    max_tokens: 8,
  })
  const dropped = (await ask('mock', { tokens: 9, dropAfter: 4, delayMs: 5 }, true)) as AsyncIterable<unknown>
  const drain = async (): Promise<void> => {
    for await (const _ of dropped);
  }
  await errorOf(drain())
  const leaving = (await ask('mock', { tokens: 500, delayMs: 5 }, true)) as AsyncIterable<unknown>
  for await (const _ of leaving) break
  const broken = await fetch(`${avow.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}` },
    body: `{"model":"mock","messages":[{"role":"user","content":"${marker}`,
  })
  expect(await broken.text()).not.toContain(marker)
  const batched = await beginBatch(key.openai, [batchLine(marker, 'mock', JSON.stringify({ tokens: 3, name: marker }))])
  expect(await untilBatch(key.openai, batched.id, isEnded)).toMatchObject({ request_counts: { completed: 1 } })
  await avow.stop()

  const { stdout, stderr } = avow.output()
  // Whose a call was is in no trace either.
  for (const text of [marker, 'word0 word1', key.secret, key.id, avow.firstRun.project.id, '@avow'])
    expect(collector.received.join()).not.toContain(text)
  expect(collector.keys).toEqual(new Set(['a key']))
  expect(collector.received.join()).toMatch(/"name":"chat mock".*"upstream_unavailable"/)

  const all = files(avow.folder)
  expect(all.length).toBeGreaterThan(100)
  const holding = (text: string): string[] =>
    all.filter((file) => readFileSync(file).includes(text)).map((file) => file.slice(avow.folder.length + 1))
  for (const text of [marker, 'word0 word1']) {
    expect([text, holding(text)]).toEqual([text, []])
    expect(stdout + stderr).not.toContain(text)
  }
  // What is stored is found by the same search: it can see into the database's files.
  expect(holding('model-that-is-stored')).not.toEqual([])
  expect(holding('a name that is sealed')).toEqual([])
  expect(holding(key.secret)).toEqual([])
  expect(holding(avow.firstRun.operator.password)).toEqual(['first-run.json'])
  expect(holding(avow.apiKey)).toEqual(['first-run.json'])
})
