import { expect, test } from 'vitest'
import { type FileLine, splitLines } from './file-content.ts'
import { checkInput, linesMax, problemsMax } from './input-line.ts'
import { judgeAnswer, triesMax, waitMsBefore } from './judge-answer.ts'
import { chatPath, inputLine } from './test-batches.ts'

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of items) all.push(one)
  return all
}

test('lines are numbered as an editor numbers them, empty ones are left out, and one that is too long is not held', async () => {
  const text = `one\n\n  \ntwo\n${'x'.repeat(50)}\nlast`
  for (const size of [1, 3, 7, 100]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    expect(await collect(splitLines(each(pieces), 10))).toEqual([
      { number: 1, text: 'one' },
      { number: 4, text: 'two' },
      { number: 5, text: null },
      { number: 6, text: 'last' },
    ])
  }
})

const linesOf = (count: number, text: (i: number) => string): Iterable<FileLine> =>
  Array.from({ length: count }, (_, i) => ({ number: i + 1, text: text(i) }))

test('an input of as many lines as there may be is good, and one more is too many', async () => {
  const good = await checkInput(each(linesOf(linesMax, (i) => inputLine(`${i}`))), chatPath)
  expect(good).toEqual({ total: linesMax, problems: [] })
  const more = await checkInput(each(linesOf(linesMax + 1, (i) => inputLine(`${i}`))), chatPath)
  expect(more.problems).toMatchObject([{ code: 'too_many_requests', line: null }])
})

test('a wrong file is told by its first wrong lines, and an empty one as a whole', async () => {
  const { problems } = await checkInput(each(linesOf(1000, () => 'x')), chatPath)
  expect(problems.map(({ line }) => line)).toEqual(Array.from({ length: problemsMax }, (_, i) => i + 1))
  expect((await checkInput(each([]), chatPath)).problems).toMatchObject([{ code: 'empty_file' }])
})

test('what passes by itself is waited for, what fails is tried a few times, what is refused is final', () => {
  const of = (status: number, code: string | null) => ({ status, body: JSON.stringify({ error: { code } }) })
  expect(judgeAnswer({ status: 200, body: '{}' }, 1)).toBe('final')
  for (const code of ['rate_limit_exceeded', 'model_busy']) expect(judgeAnswer(of(429, code), 99)).toBe('wait')
  for (const code of ['model_not_ready', 'stopping', 'budgets_unavailable', 'usage_not_recordable'])
    expect(judgeAnswer(of(503, code), 99)).toBe('wait')
  expect(judgeAnswer(of(429, 'insufficient_quota'), 1)).toBe('final')
  for (const status of [400, 401, 403, 404, 413]) expect(judgeAnswer(of(status, null), 1)).toBe('final')
  expect(judgeAnswer(of(502, 'upstream_failed'), triesMax - 1)).toBe('retry')
  expect(judgeAnswer(of(502, 'upstream_failed'), triesMax)).toBe('final')
  expect(judgeAnswer({ status: 502, body: 'no json' }, 1)).toBe('retry')
  expect([1, 2, 3, 6, 100].map(waitMsBefore)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})
