// Installs the engine's packages; does nothing when they are there. Plain JavaScript, Node 20 or newer.
// --gpu cuda|vulkan adds that build of llama.cpp (hundreds of MB).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')
const marker = join(modules, '.avow-installed')
const gpuAt = process.argv.indexOf('--gpu')
const gpu = gpuAt < 0 ? 'off' : process.argv[gpuAt + 1]
if (!['off', 'cuda', 'vulkan'].includes(gpu)) fail(`--gpu must be cuda or vulkan, not "${gpu}"`)

const found = existsSync(marker) ? readFileSync(marker, 'utf8') : ''
// A plain call keeps a GPU build that the operator added before.
const good = gpu === 'off' ? ['off', 'cuda', 'vulkan'].map(stampOf) : [stampOf(gpu)]
if (good.includes(found)) console.log('engine: already installed')
else install()

function stampOf(kind) {
  const files = ['package.json', 'package-lock.json'].map((name) => readFileSync(join(here, name)))
  return createHash('sha256')
    .update(Buffer.concat(files))
    .update(`${kind} ${process.platform} ${process.arch}`)
    .digest('hex')
}

function install() {
  console.log('engine: installing llama.cpp for this CPU (about 80 MB)')
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], here)
  if (gpu !== 'off') addGpu()
  writeFileSync(marker, stampOf(gpu))
  console.log('engine: installed')
}

// The lock file keeps the GPU builds out, so they are put in their places one by one.
function addGpu() {
  const { version } = JSON.parse(readFileSync(join(modules, 'node-llama-cpp', 'package.json'), 'utf8'))
  const platform = process.platform === 'win32' ? 'win' : 'linux'
  const names =
    gpu === 'cuda'
      ? [`${platform}-${process.arch}-cuda`, `${platform}-${process.arch}-cuda-ext`]
      : [`${platform}-${process.arch}-vulkan`]
  for (const name of names) {
    console.log(`engine: adding ${name} (large)`)
    const place = join(modules, '@node-llama-cpp', name)
    const stage = join(modules, '.avow-gpu')
    rmSync(stage, { recursive: true, force: true })
    npm(
      [
        'install',
        '--prefix',
        stage,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `@node-llama-cpp/${name}@${version}`,
      ],
      here,
    )
    rmSync(place, { recursive: true, force: true })
    renameSync(join(stage, 'node_modules', '@node-llama-cpp', name), place)
    rmSync(stage, { recursive: true, force: true })
  }
}

function npm(args, cwd) {
  const result = spawnSync('npm', args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (result.error !== undefined) fail(`npm could not be started: ${result.error.message}`)
  if (result.status !== 0) fail(`npm ${args[0]} failed with exit code ${result.status}`)
}

function fail(message) {
  console.error(`engine: ${message}`)
  process.exit(1)
}
