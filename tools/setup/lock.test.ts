import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { plantRepository } from '../testing/planted-repository.ts'
import { withLock } from './lock.mjs'

describe('the lock of the set-up', () => {
  test('lets one in at a time, and everyone in the end', async () => {
    using planted = plantRepository({})
    const file = path.join(planted.root, 'lock')
    const steps: string[] = []
    let waited = 0
    const enter = (name: string) =>
      withLock(
        file,
        () => {
          waited += 1
        },
        async () => {
          steps.push(`${name} in`)
          await new Promise((resolve) => setTimeout(resolve, 20))
          steps.push(`${name} out`)
        },
      )
    await Promise.all(['a', 'b', 'c'].map(enter))
    expect(steps.filter((_, at) => at % 2 === 0).map((step) => step.replace(' in', ' out'))).toEqual(
      steps.filter((_, at) => at % 2 === 1),
    )
    expect(steps).toHaveLength(6)
    expect(waited).toBe(2)
    expect(existsSync(file)).toBe(false)
  })

  test('takes over from a holder that is dead', async () => {
    using planted = plantRepository({})
    const file = path.join(planted.root, 'lock')
    const { pid } = spawnSync('true')
    writeFileSync(file, JSON.stringify({ pid, started: '1' }))
    expect(
      await withLock(
        file,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done')
  })

  test('takes over a lock whose pid belongs to another process by now', async () => {
    using planted = plantRepository({})
    const file = path.join(planted.root, 'lock')
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'long ago' }))
    expect(
      await withLock(
        file,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done')
  })

  test('is released when the work fails', async () => {
    using planted = plantRepository({})
    const file = path.join(planted.root, 'lock')
    const failing = withLock(
      file,
      () => undefined,
      () => Promise.reject(new Error('no')),
    )
    await expect(failing).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })
})
