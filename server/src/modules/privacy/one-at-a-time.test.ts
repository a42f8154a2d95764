import { expect, it } from 'vitest'
import { inTurn } from '../../platform/in-turn.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** Work that ends when it is told to, and counts how much of it goes on. */
const heldWork = () => {
  const ends: ((fails?: boolean) => void)[] = []
  let active = 0
  let most = 0
  const work = async (): Promise<number> => {
    active += 1
    most = Math.max(most, active)
    const run = ends.length + 1
    const fails = await new Promise<boolean>((resolve) => ends.push((value = false) => resolve(value)))
    active -= 1
    if (fails) throw new Error(`run ${run} failed`)
    return run
  }
  return { work, ends, most: () => most }
}

it('lets those who ask during a run share the next one', async () => {
  const { work, ends, most } = heldWork()
  const ask = oneAtATime(work)
  const first = ask()
  const [second, third] = [ask(), ask()]
  ends[0]?.()
  expect(await first).toBe(1)
  await expect.poll(() => ends.length).toBe(2)
  ends[1]?.()
  expect(await Promise.all([second, third])).toEqual([2, 2])
  expect(most()).toBe(1)
})

it('begins anew after a run that failed', async () => {
  const { work, ends } = heldWork()
  const ask = oneAtATime(work)
  const first = ask()
  const second = ask()
  ends[0]?.(true)
  await expect(first).rejects.toThrow('run 1 failed')
  await expect.poll(() => ends.length).toBe(2)
  ends[1]?.()
  expect(await second).toBe(2)
  const third = ask()
  ends[2]?.()
  expect(await third).toBe(3)
})

it('takes each work in its turn, also after one that failed', async () => {
  const { work, ends, most } = heldWork()
  const take = inTurn()
  const runs = [take(work), take(work)]
  await expect.poll(() => ends.length).toBe(1)
  ends[0]?.(true)
  await expect(runs[0]).rejects.toThrow('run 1 failed')
  await expect.poll(() => ends.length).toBe(2)
  ends[1]?.()
  expect(await runs[1]).toBe(2)
  expect(most()).toBe(1)
})
