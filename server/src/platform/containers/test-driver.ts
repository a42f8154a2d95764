import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { ContainerSpec, EngineDriver } from './engine-driver.ts'

/** What the conformance test is told of a driver. */
export interface DriverUnderTest {
  /** A driver as a process of an installation makes it. */
  readonly open: (owner: string) => EngineDriver
  /** One whose engine does not answer. */
  readonly openLost: () => EngineDriver
  /** An image with a shell and some programs. */
  readonly image: (driver: EngineDriver) => Promise<string>
}

const mebibyte = 1024 * 1024
const processesMax = 40
/** Reads what the kernel grants the process, and tries what it must not do. */
const selfPortrait = [
  'id -u',
  'cat /proc/self/status',
  'ls /sys/class/net',
  'touch /root-file || echo root is read-only',
  'touch /given/kept && echo given is writable',
  'touch /seen/x || echo seen is read-only',
].join('; ')

/** A driver on an installation of its own, of which nothing is left when the suite ends. */
const underTest = ({ open, image: imageOf }: DriverUnderTest) => {
  const owner = `test${process.pid}`
  const driver = open(owner)
  const folder = mkdtempSync(join(tmpdir(), 'avow-driver-'))
  let image = ''
  let made = 0
  const specOf = (script: string, mounts: ContainerSpec['mounts'] = []): ContainerSpec => ({
    id: `c${made++}`,
    image,
    command: ['/bin/sh', '-c', script],
    environment: { GREETING: 'hello' },
    user: { uid: process.getuid?.() || 65534, gid: process.getgid?.() || 65534 },
    mounts,
    cpus: 1,
    memoryBytes: 64 * mebibyte,
    processesMax,
    gpuIds: [],
  })
  const launched = async (...args: Parameters<typeof specOf>): Promise<string> => {
    const spec = specOf(...args)
    await driver.launch(spec)
    return spec.id
  }
  const seen = async (id: string) => (await driver.observe()).find((one) => one.id === id)
  const untilEnded = (id: string) =>
    vi.waitFor(
      async () => {
        const now = await seen(id)
        if (now?.state !== 'ended') throw new Error(`it is ${now?.state}`)
        return now
      },
      { timeout: 15_000 },
    )
  const linesOf = async (id: string): Promise<string> => (await driver.logs(id, 200)).map(({ text }) => text).join('\n')

  beforeAll(async () => {
    image = await imageOf(driver)
  })
  afterAll(async () => {
    for (const { id } of await driver.observe()) await driver.wipe(id)
    rmSync(folder, { recursive: true, force: true })
  })
  return { owner, driver, folder, specOf, launched, seen, untilEnded, linesOf }
}

/** What any driver must do. Registers its tests in the suite that calls it. */
export const testDriver = (given: DriverUnderTest): void => {
  const parts = underTest(given)
  testLives(given, parts)
  testLimits(parts)
}

const testLives = ({ open, openLost }: DriverUnderTest, parts: ReturnType<typeof underTest>): void => {
  const { owner, driver, specOf, launched, seen, untilEnded, linesOf } = parts

  it('launches a container once, however often it is asked, and tells how it ended', async () => {
    const spec = specOf('echo "$GREETING"; exit 3')
    await driver.launch(spec)
    await driver.launch(spec)
    const ended = await untilEnded(spec.id)
    await driver.launch(spec)
    expect(await seen(spec.id)).toEqual(ended)
    expect(ended).toMatchObject({ exitCode: 3, isOutOfMemory: false })
    expect(ended.endedAt?.getTime()).toBeGreaterThanOrEqual(ended.startedAt?.getTime() ?? Number.POSITIVE_INFINITY)
    expect(await linesOf(spec.id)).toBe('hello')
  })

  it('finds containers again after its process was ended, and leaves those of others alone', async () => {
    const id = await launched('sleep 60')
    const next = open(owner)
    expect((await next.observe()).find((one) => one.id === id)).toMatchObject({ state: 'running' })
    expect(await next.stats(id)).toMatchObject({ processes: expect.any(Number), memoryBytes: expect.any(Number) })
    const stranger = open(`${owner}x`)
    expect(await stranger.observe()).toEqual([])
    await stranger.wipe(id)
    expect(await seen(id)).toMatchObject({ state: 'running' })
  })

  it('stops what does not want to stop, and wipes it so that nothing is left', async () => {
    const id = await launched("trap '' TERM; while true; do sleep 1; done")
    await driver.stop(id, 0)
    expect(await seen(id)).toMatchObject({ state: 'ended' })
    await driver.stop(id, 0)
    await driver.wipe(id)
    await driver.wipe(id)
    expect(await seen(id)).toBeUndefined()
    expect([await driver.logs(id, 10), await driver.stats(id)]).toEqual([[], null])
  })

  it('says that it lost contact, and never that nothing runs', async () => {
    const lost = openLost()
    await expect(lost.observe()).rejects.toThrow('does not answer')
    expect(await lost.missing()).toMatch(/not running|does not answer/)
    expect(await driver.missing()).toBeNull()
  })
}

const testLimits = ({ folder, launched, untilEnded, linesOf }: ReturnType<typeof underTest>): void => {
  it('gives a container no network, no rights, and of the machine only what it is given', async () => {
    const given = mkdtempSync(join(folder, 'given-'))
    chmodSync(given, 0o777)
    chmodSync(folder, 0o755)
    const id = await launched(selfPortrait, [
      { from: given, to: '/given', writable: true },
      { from: folder, to: '/seen', writable: false },
    ])
    await untilEnded(id)
    const portrait = await linesOf(id)
    expect(portrait.split('\n')[0]).not.toBe('0')
    for (const line of [/^CapEff:\s+0+$/m, /^CapBnd:\s+0+$/m, /^NoNewPrivs:\s+1$/m, /^Seccomp:\s+2$/m, /^lo$/m])
      expect(portrait).toMatch(line)
    expect(portrait).not.toMatch(/^eth/m)
    for (const line of ['root is read-only', 'given is writable', 'seen is read-only']) expect(portrait).toContain(line)
    expect(readdirSync(given)).toEqual(['kept'])
  })

  it('ends what takes more memory than is its own, and says that this was why', async () => {
    const id = await launched('tail /dev/zero')
    expect(await untilEnded(id)).toMatchObject({ isOutOfMemory: true })
  })

  it('holds a container that multiplies itself to its number of processes', async () => {
    const id = await launched(
      `i=0; while [ $i -lt ${2 * processesMax} ]; do sleep 30 & i=$((i+1)); done; echo all of them`,
    )
    expect((await untilEnded(id)).exitCode).not.toBe(0)
    expect(await linesOf(id)).not.toContain('all of them')
  })
}
