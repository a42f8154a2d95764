import { expect, test } from 'vitest'
import { readInTurn } from './read-in-turn.ts'

test('readers take turns, and an answer that was asked for later is taken over later', async () => {
  const order: string[] = []
  const answers = new Map<string | null, () => void>()
  const reader = readInTurn({
    read: async (of) => {
      order.push(`asks ${of}`)
      await new Promise<void>((answer) => answers.set(of, answer))
      order.push(`has ${of}`)
    },
    failed: () => undefined,
  })
  const both = [reader.again('a'), reader.again('b')]
  await expect.poll(() => answers.has('a')).toBe(true)
  expect(answers.has('b')).toBe(false)
  answers.get('a')?.()
  await expect.poll(() => answers.has('b')).toBe(true)
  answers.get('b')?.()
  await Promise.all(both)
  expect(order).toEqual(['asks a', 'has a', 'asks b', 'has b'])
})

test('what could not be read is told and all of it is read anew, until the reader is stopped', async () => {
  const asked: (string | null)[] = []
  const told: unknown[] = []
  const reader = readInTurn({
    read: async (of) => {
      asked.push(of)
      if (asked.length === 1) throw new Error('away')
    },
    failed: (error) => told.push(error),
  })
  await reader.again('a')
  expect(told).toEqual([new Error('away')])
  await expect.poll(() => asked, { timeout: 5000 }).toEqual(['a', null])
  await reader.stop()
  await reader.again('b')
  expect(asked).toEqual(['a', null])
})
