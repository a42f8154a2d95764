import { describe, expect, it } from 'vitest'
import { ApiError } from './api-error.ts'
import { createSlots } from './slots.ts'

const forEver = new AbortController().signal

describe('createSlots', () => {
  it('gives freed slots to those who wait, in the order of asking', async () => {
    const slots = createSlots(['a'], 2)
    const order: string[] = []
    const first = await slots.acquire(forEver)
    const second = slots.acquire(forEver).then((slot) => order.push(`second ${slot}`))
    const third = slots.acquire(forEver).then((slot) => order.push(`third ${slot}`))
    expect([slots.active(), slots.waiting()]).toEqual([1, 2])
    slots.release(first)
    await second
    slots.release('a')
    await third
    expect(order).toEqual(['second a', 'third a'])
  })

  it('refuses with 429 and a time to wait when the queue is full', async () => {
    const slots = createSlots(['a'], 0)
    await slots.acquire(forEver)
    await expect(slots.acquire(forEver)).rejects.toMatchObject({
      status: 429,
      code: 'queue_full',
      retryAfterSeconds: 1,
    })
  })

  it('forgets who went away while waiting', async () => {
    const slots = createSlots(['a'], 1)
    const slot = await slots.acquire(forEver)
    const gone = new AbortController()
    const waiting = slots.acquire(gone.signal)
    gone.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    slots.release(slot)
    expect([slots.active(), slots.waiting()]).toEqual([0, 0])
    await expect(slots.acquire(gone.signal)).rejects.toThrow('gone')
    expect(slots.active()).toBe(0)
  })

  it('turns away all that wait when it drains', async () => {
    const slots = createSlots(['a'], 5)
    await slots.acquire(forEver)
    const waiting = [slots.acquire(forEver), slots.acquire(forEver)]
    slots.drain(new ApiError(503, 'engine_stopping', 'stopping'))
    for (const result of await Promise.allSettled(waiting))
      expect(result).toMatchObject({ status: 'rejected', reason: { status: 503 } })
    expect(slots.waiting()).toBe(0)
  })
})
