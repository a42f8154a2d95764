import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './start-avow.ts'

const run = promisify(execFile)
const openaiVersion = '3.54.0'

/**
 * A folder with packages of Python, installed once below .cache by the ordinary pip.
 * @param requirements as pip takes them, with exact versions
 * @returns why it cannot be had, where Python or pip is missing or a package cannot be fetched
 */
export const pythonPackages = async (
  name: string,
  requirements: readonly string[],
): Promise<{ folder: string } | { missing: string }> => {
  const folder = join(root, '.cache', name)
  if (existsSync(folder)) return { folder }
  const aside = `${folder}.${process.pid}`
  mkdirSync(aside, { recursive: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', aside]
  try {
    await run('python3', [...pip, ...requirements])
    renameSync(aside, folder)
    return { folder }
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    return { missing: `${name} could not be installed: ${(error as Error).message.split('\n')[0]}` }
  }
}

/** The official Python client. */
export const pythonClient = () => pythonPackages(`python-openai-${openaiVersion}`, [`openai==${openaiVersion}`])

/** Runs a Python program with the client on its path; gives its standard output. */
export const runPython = async (
  folder: string,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const { stdout } = await run('python3', ['-c', program], { env: { ...process.env, PYTHONPATH: folder, ...env } })
  return stdout
}
