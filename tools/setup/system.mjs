import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { withProgress } from './progress.mjs'
import { run } from './run.mjs'

/**
 * Programs of the system that some work needs. `packages` are Debian's; `why` completes "needed for ...".
 * @type {Record<string, {programs: string[], packages: string[], setting: string, why: string}>}
 */
const systemPrograms = {
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    packages: ['chromium', 'fonts-liberation'],
    setting: 'CHROMIUM_PATH',
    why: 'the browser tests of the console',
  },
  docker: {
    programs: ['dockerd'],
    packages: ['docker.io', 'containerd', 'runc', 'iptables'],
    setting: 'DOCKERD_PATH',
    why: 'the tests of dedicated endpoints',
  },
  nginx: { programs: ['nginx'], packages: ['nginx-light'], setting: 'NGINX_PATH', why: 'the gateway benchmark' },
}

/** The names that `ensureSystemProgram` accepts. */
export const systemProgramNames = Object.keys(systemPrograms)

/**
 * Finds a program, installing it where we may: as root, with apt.
 * @param {string} name one of systemProgramNames
 * @returns {Promise<{file: string} | {file: null, reason: string}>} its absolute path, or why it is missing and how
 *   to get it
 */
export async function ensureSystemProgram(name) {
  const wanted = systemPrograms[name]
  if (!wanted) throw new Error(`unknown system program ${name}; known are ${systemProgramNames.join(', ')}`)
  const found = find(wanted)
  if (found) return { file: found }
  const command = `apt-get install ${wanted.packages.join(' ')}`
  const advice = `needed for ${wanted.why}; install it (Debian: ${command}) or set ${wanted.setting} to its path`
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return { file: null, reason: `${name} is not installed: ${advice}` }
  }
  try {
    await withProgress(`installing ${name} (${command})`, () => aptInstall(wanted.packages))
  } catch (error) {
    return { file: null, reason: `${name} could not be installed: ${advice}\n${lastLines(error.message)}` }
  }
  const installed = find(wanted)
  return installed
    ? { file: installed }
    : { file: null, reason: `${name} was not found after its installation: ${advice}` }
}

function find({ programs, setting }) {
  const chosen = process.env[setting]
  if (chosen) return executable(chosen) ? chosen : null
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  for (const program of programs) {
    const file = folders.map((folder) => path.join(folder, program)).find(executable)
    if (file) return file
  }
  return null
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-qq']
  await run('apt-get', [...patience, 'update'], { env })
  await run('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...packages], { env })
}

function lastLines(text) {
  return text.split('\n').slice(-5).join('\n')
}
