import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliFailure, exitCodes } from './failure.ts'

/** What `avow login` keeps on this machine, readable by its owner only. */
export interface Credentials {
  readonly url: string
  readonly token?: string
  readonly email?: string
  readonly organisation?: string
  readonly project?: string
}

/** `$XDG_CONFIG_HOME/avow/credentials.json` (https://specifications.freedesktop.org/basedir-spec/latest/). */
export const credentialsFile = (
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
): string => join(environment.XDG_CONFIG_HOME || join(homeFolder, '.config'), 'avow', 'credentials.json')

export const readCredentials = (file: string): Credentials | undefined => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    const value = JSON.parse(text) as Partial<Credentials> | null
    if (typeof value?.url === 'string') return value as Credentials
  } catch {
    // Said below: the file is of no use either way.
  }
  throw new CliFailure(`${file} is damaged`, exitCodes.failed, 'Delete it and run `avow login` again.')
}

/** Written aside and renamed, so that a crash leaves the old file or the new one. */
export const writeCredentials = (file: string, credentials: Credentials): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  renameSync(aside, file)
}

export const removeCredentials = (file: string): void => rmSync(file, { force: true })
