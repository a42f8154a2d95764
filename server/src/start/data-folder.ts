import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the server keeps beside the database; every secret is a file of mode 0600. */
export interface DataFolder {
  readonly path: string
  /** A secret by name, made on first use. */
  secret(name: string): string
  readJson<T>(name: string): T | undefined
  /** Replaces a JSON file in one step, mode 0600. */
  writeJson(name: string, value: unknown): void
  remove(name: string): void
  /** Gives the folder back. */
  release(): void
}

export class FolderInUse extends Error {}

/** When a process began, in clock ticks since boot: tells a process from a later one with the same id (proc(5)). */
const startOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return undefined
  }
}

const isHeld = (lockFile: string): number | undefined => {
  if (!existsSync(lockFile)) return undefined
  const [pidText, start] = readFileSync(lockFile, 'utf8').trim().split(' ')
  const pid = Number(pidText)
  return Number.isInteger(pid) && pid !== process.pid && start !== undefined && startOf(pid) === start ? pid : undefined
}

/** Whether a process has this folder open now. */
export const isFolderHeld = (path: string): boolean => isHeld(join(path, 'server.lock')) !== undefined

/** Where gateways beside the process on this folder keep what is theirs, a folder each by name. */
export const gatewaysFolder = (path: string): string => {
  const folder = join(path, 'gateways')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/**
 * Opens the data folder for this process alone.
 * @throws FolderInUse when a running server has it
 */
export const openDataFolder = (path: string): DataFolder => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lockFile = join(path, 'server.lock')
  const holder = isHeld(lockFile)
  if (holder !== undefined)
    throw new FolderInUse(
      `${path} is in use by the server with process id ${holder}. Stop it first, or give another AVOW_DATA (a gateway: another AVOW_GATEWAY)`,
    )
  writeFileSync(lockFile, `${process.pid} ${startOf(process.pid) ?? 'unknown'}\n`)
  return { ...filesIn(path), release: () => rmSync(lockFile, { force: true }) }
}

/** What is in a data folder, without having it alone. */
export const filesIn = (path: string): Omit<DataFolder, 'release'> => {
  const replace = (file: string, text: string): void => {
    const next = `${file}.next`
    writeFileSync(next, text, { mode: 0o600, flush: true })
    renameSync(next, file)
  }
  return {
    path,
    secret: (name) => {
      const file = join(path, name)
      if (!existsSync(file)) {
        mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
        replace(file, `${randomBytes(32).toString('base64url')}\n`)
      }
      return readFileSync(file, 'utf8').trim()
    },
    readJson: <T>(name: string) => {
      const file = join(path, name)
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined
    },
    writeJson: (name, value) => replace(join(path, name), `${JSON.stringify(value, null, 2)}\n`),
    remove: (name) => rmSync(join(path, name), { force: true }),
  }
}
