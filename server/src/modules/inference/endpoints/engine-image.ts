import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { EngineDriver } from '../../../platform/containers/index.ts'

/** Where the image has Node and the engine. */
export const imagePaths = { node: '/opt/avow/node', main: '/opt/avow/engine/src/main.ts' } as const

interface Machine {
  /** The checkout's folder `engine`. */
  readonly engineDir: string
  readonly nodePath: string
}

/** To be raised when what is put into the image changes. */
const recipe = 1
const run = promisify(execFile)

const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.test.ts')

/** The image's name and tag: the same for the same engine on the same Node, so that it is made once. */
export const engineImageName = ({ engineDir }: Machine): string => {
  const hash = createHash('sha256').update(JSON.stringify([recipe, process.version, process.arch]))
  const sources = readdirSync(join(engineDir, 'src')).filter(isSource).sort()
  for (const file of ['package-lock.json', 'node_modules/.avow-installed', ...sources.map((name) => `src/${name}`)])
    hash.update(`\n${file}\n`).update(readFileSync(join(engineDir, file)))
  return `avow-engine:${hash.digest('hex').slice(0, 20)}`
}

/** Shared libraries of a program, as its loader finds them here. */
const librariesOf = async (program: string): Promise<string[]> => {
  const { stdout } = await run('ldd', [program])
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file]) => file ?? '').filter((file) => file !== '')
}

/** Packages of llama.cpp for other machines. */
const unused = (engineDir: string): string[] =>
  readdirSync(join(engineDir, 'node_modules/@node-llama-cpp')).filter((name) => name !== `linux-${process.arch}`)

/** A root file system with Node, its libraries and the engine, as a tar. */
const packEngine = async ({ engineDir, nodePath }: Machine) => {
  const libraries = await librariesOf(nodePath)
  const left = [
    '*.test.ts',
    'node_modules/.bin',
    ...unused(engineDir).map((name) => `node_modules/@node-llama-cpp/${name}`),
  ]
  const args = [
    ...['--create', '--dereference', '--hard-dereference', '--owner=0', '--group=0', '--numeric-owner'],
    ...left.map((pattern) => `--exclude=${pattern}`),
    ...[`--transform=s,^${basename(nodePath)}$,opt/avow/node,`, '--transform=s,^\\./engine/,opt/avow/engine/,'],
    ...[`--directory=${dirname(nodePath)}`, basename(nodePath)],
    ...[`--directory=${dirname(engineDir)}`, './engine/package.json', './engine/src', './engine/node_modules'],
    ...['--directory=/', ...libraries.map((file) => file.slice(1))],
  ]
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-500)
  })
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject)
    tar.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}: ${complaint.trim()}`)),
    )
  })
  return { stream: tar.stdout, ended }
}

/** Makes the image of the engine of this checkout, unless it is there. No registry is asked. @returns its name and tag */
export const ensureEngineImage = async (
  driver: Pick<EngineDriver, 'hasImage' | 'importImage'>,
  machine: Machine,
): Promise<string> => {
  const image = engineImageName(machine)
  if (await driver.hasImage(image)) return image
  const { stream, ended } = await packEngine(machine)
  await Promise.all([driver.importImage(image, stream), ended])
  return image
}
