import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { plantCheckout } from './testing/planted-checkout.ts'
import type { PlantedRepository } from './testing/planted-repository.ts'

const server = `
process.stdout.write('arguments ' + process.argv.slice(2).join(' ') + '\\n')
let stopping = false
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {
  if (stopping) return
  stopping = true
  process.stdout.write('stopping on ' + signal + '\\n')
  setTimeout(() => { process.stdout.write('stopped\\n'); process.exit(0) }, 200)
})
setInterval(() => {}, 1000)
process.stdout.write('ready ' + process.pid + '\\n')
`

const planted: PlantedRepository[] = []
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) killGroup(child)
  for (const repository of planted.splice(0)) repository[Symbol.dispose]()
})

/** A checkout whose server is the given program. */
function plantServer(upTs: string): string {
  const repository = plantCheckout({ 'server/src/start/up.ts': upTs })
  planted.push(repository)
  return repository.root
}

interface Started {
  child: ChildProcess
  output: () => string
  exit: Promise<[number | null, NodeJS.Signals | null]>
  printed(text: string): Promise<void>
}

function start(root: string, command: string[] = [process.execPath, 'tools/start.mjs', '--port', '0']): Started {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  const exit = once(child, 'close') as Started['exit']
  const printed = async (text: string): Promise<void> => {
    while (!output.includes(text)) await Promise.race([once(child.stdout ?? child, 'data'), exit.then(fail)])
  }
  const fail = (): never => {
    throw new Error(`ended before it printed what was awaited; it printed: ${output}`)
  }
  return { child, output: () => output, exit, printed }
}

describe('npm start', () => {
  test('passes arguments, standard output and the exit code through', async () => {
    const root = plantServer(`console.log(process.argv.slice(2).join(' ')); process.exit(7)`)
    const started = start(root)
    expect(await started.exit).toEqual([7, null])
    expect(started.output()).toBe('--port 0\n')
  })

  test('hands SIGTERM to the server and waits for its end', async () => {
    const started = start(plantServer(server))
    await started.printed('ready')
    started.child.kill('SIGTERM')
    expect(await started.exit).toEqual([0, null])
    expect(started.output()).toMatch(/stopping on SIGTERM\nstopped\n$/)
  })

  test('ends orderly when the whole process group gets SIGINT, as by Ctrl-C', async () => {
    const started = start(plantServer(server))
    await started.printed('ready')
    process.kill(-(started.child.pid ?? 0), 'SIGINT')
    expect(await started.exit).toEqual([0, null])
    expect(started.output()).toMatch(/stopping on SIGINT\nstopped\n$/)
  })

  test('ends orderly when npm itself gets SIGTERM', async () => {
    const started = start(plantServer(server), ['npm', 'start', '--silent'])
    await started.printed('ready')
    started.child.kill('SIGTERM')
    await started.exit
    expect(started.output()).toMatch(/stopping on SIGTERM\nstopped\n$/)
  })

  test('leaves no server behind when the whole process group is killed', async () => {
    const started = start(plantServer(server))
    await started.printed('ready')
    const pid = Number(/ready (\d+)/.exec(started.output())?.[1])
    process.kill(-(started.child.pid ?? 0), 'SIGKILL')
    await started.exit
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('reports a killed server as a shell would', async () => {
    const started = start(plantServer(`process.kill(process.pid, 'SIGKILL')`))
    expect(await started.exit).toEqual([137, null])
  })
})

/** A zombie that nobody has waited for yet is dead. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z')
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    // It has ended, as it should.
  }
}
