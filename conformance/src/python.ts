import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './start-avow.ts'

const run = promisify(execFile)
const version = '3.54.0'

/**
 * A folder with the official Python client, installed once below .cache by the ordinary pip.
 * @returns why it cannot be had, where Python or pip is missing or the package cannot be fetched
 */
export const pythonClient = async (): Promise<{ folder: string } | { missing: string }> => {
  const folder = join(root, '.cache', `python-openai-${version}`)
  if (existsSync(folder)) return { folder }
  const aside = `${folder}.${process.pid}`
  mkdirSync(aside, { recursive: true })
  try {
    await run('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      aside,
      `openai==${version}`,
    ])
    renameSync(aside, folder)
    return { folder }
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    return { missing: `the Python client could not be installed: ${(error as Error).message.split('\n')[0]}` }
  }
}

/** Runs a Python program with the client on its path; gives its standard output. */
export const runPython = async (
  folder: string,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const { stdout } = await run('python3', ['-c', program], { env: { ...process.env, PYTHONPATH: folder, ...env } })
  return stdout
}
