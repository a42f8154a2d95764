import { expect, test } from 'vitest'
import { watchReach } from './reach.ts'

test('says that the server is down once, asks until it answers, and then tells that it is back', async () => {
  const answers = [false, 'no network', true] as const
  let asked = 0
  const told: boolean[] = []
  await new Promise<void>((back) => {
    const reach = watchReach({
      wait: () => Promise.resolve(),
      isHealthy: () => {
        const answer = answers[asked]
        asked += 1
        return typeof answer === 'boolean' ? Promise.resolve(answer) : Promise.reject(new Error(answer))
      },
      onBack: back,
    })
    reach.subscribe(() => told.push(reach.isDown()))
    reach.reportDown()
    reach.reportDown()
    expect(reach.isDown()).toBe(true)
  })
  expect(asked).toBe(3)
  expect(told).toEqual([true, false])
})
