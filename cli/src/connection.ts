import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Credentials, credentialsFile, readCredentials } from './credentials.ts'
import { CliFailure, exitCodes, usageFailure } from './failure.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the flags said; absent where they said nothing. */
export interface ConnectionFlags {
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly project?: string | undefined
  readonly organisation?: string | undefined
  readonly apiKey?: string | undefined
}

/** A setting and where it comes from, for `avow status` and for error messages. */
export interface Found {
  readonly value: string
  readonly from: string
}

/** The server, the credentials and the place to work in. Secrets belong to this server only. */
export interface Connection {
  readonly url: Found
  readonly token: Found | undefined
  readonly apiKey: Found | undefined
  readonly project: Found | undefined
  readonly organisation: Found | undefined
}

interface DataFolder {
  readonly path: string
  readonly url: string | undefined
  readonly token: string | undefined
  readonly apiKey: string | undefined
  readonly project: string | undefined
  readonly organisation: string | undefined
}

const notJson = (file: string, cause: unknown): CliFailure =>
  new CliFailure(`${file} is not JSON`, exitCodes.failed, 'The running server writes it: start the server again.', {
    cause,
  })

const unreadable = (file: string, cause: unknown): CliFailure =>
  new CliFailure(
    `${file} cannot be read: ${(cause as Error).message}`,
    exitCodes.notSignedIn,
    'Run this as the user who runs the server.',
    { cause },
  )

const readJson = (file: string): Record<string, unknown> | undefined => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    throw notJson(file, error)
  }
}

const readSecret = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(file, error)
  }
}

const textIn = (of: unknown, name: string): string | undefined => {
  const value = typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const readDataFolder = (path: string): DataFolder => {
  const server = readJson(join(path, 'server.json'))
  const firstRun = readJson(join(path, 'first-run.json'))
  return {
    path,
    url: textIn(server, 'url') ?? textIn(firstRun, 'url'),
    token: readSecret(join(path, 'operator-token')),
    apiKey: textIn(firstRun, 'apiKey'),
    project: textIn(firstRun?.project, 'id'),
    organisation: textIn(firstRun?.organisation, 'id'),
  }
}

const clean = (url: string, from: string): string => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageFailure(`"${url}" (${from}) is not the address of a server`, 'Write it such as http://127.0.0.1:8080.')
  }
  return url.replace(/\/+$/, '')
}

const found = (...candidates: readonly (readonly [value: string | undefined, from: string])[]): Found | undefined => {
  for (const [value, from] of candidates) if (value !== undefined && value !== '') return { value, from }
  return undefined
}

/** A file's secrets are for the server that the file names, never for another one. */
const onlyFor = <T extends { readonly url: string | undefined }>(url: string, source: T | undefined): T | undefined =>
  source?.url !== undefined && clean(source.url, 'file') === url ? source : undefined

/**
 * Finds the server and the credentials: flag, then environment, then files. Of the files, the data folder named by
 * AVOW_DATA comes first, then a sign-in of this person, then ./.avow; a sign-in on the server of ./.avow wins over the
 * machine's operator credential.
 */
export const resolveConnection = (
  flags: ConnectionFlags,
  place: { readonly environment: Environment; readonly workingFolder: string; readonly homeFolder: string },
): Connection => {
  const { environment } = place
  const named = environment.AVOW_DATA ? resolve(place.workingFolder, environment.AVOW_DATA) : undefined
  const here = join(place.workingFolder, '.avow')
  const folderPath = named ?? (existsSync(here) ? here : undefined)
  const folder = folderPath === undefined ? undefined : readDataFolder(folderPath)
  const loginFile = credentialsFile(environment, place.homeFolder)
  const login = readCredentials(loginFile)
  const folderName = folderPath ?? ''

  const url = found(
    [flags.url, '--url'],
    [environment.AVOW_URL, 'AVOW_URL'],
    [folder?.url, folderName],
    [named ? undefined : login?.url, loginFile],
  )
  if (url === undefined) throw noServer(folderPath)
  const address = clean(url.value, url.from)
  const signedIn = named === undefined ? onlyFor(address, login) : undefined
  const local = onlyFor(address, folder)
  const lastResort = onlyFor(address, login)

  const fromFlagOrEnvironment = [
    [flags.token, '--token'],
    [environment.AVOW_TOKEN, 'AVOW_TOKEN'],
  ] as const
  const signedInFirst = [
    [signedIn?.token, loginFile],
    [local?.token, join(folderName, 'operator-token')],
    [lastResort?.token, loginFile],
  ] as const
  return {
    url: { value: address, from: url.from },
    token: found(...fromFlagOrEnvironment, ...signedInFirst),
    apiKey: found(
      [flags.apiKey, '--api-key'],
      [environment.AVOW_API_KEY, 'AVOW_API_KEY'],
      [isElsewhere(flags, local) ? undefined : local?.apiKey, join(folderName, 'first-run.json')],
    ),
    ...placeToWork(flags, environment, signedIn, local, folderName, loginFile),
  }
}

/** The key of the first run calls for the first project: not for another one that a flag names. */
const isElsewhere = (flags: ConnectionFlags, folder: DataFolder | undefined): boolean =>
  (flags.project ?? folder?.project) !== folder?.project ||
  (flags.organisation ?? folder?.organisation) !== folder?.organisation

/**
 * The project and the organisation, each from the first place that names it. A project of a weaker place does not count
 * where a stronger one names another organisation: it would be worked in against what was said.
 */
const placeToWork = (
  flags: ConnectionFlags,
  environment: Environment,
  login: Credentials | undefined,
  folder: DataFolder | undefined,
  folderName: string,
  loginFile: string,
): Pick<Connection, 'project' | 'organisation'> => {
  // The machine's first project belongs to the operator; a person who signed in has their own.
  const firstRun = login?.token === undefined ? folder : undefined
  const file = join(folderName, 'first-run.json')
  const organisation = found(
    [flags.organisation, '--organisation'],
    [environment.AVOW_ORGANISATION, 'AVOW_ORGANISATION'],
    [login?.organisation, loginFile],
    [firstRun?.organisation, file],
  )
  const within = (place: DataFolder | Credentials | undefined) =>
    organisation === undefined || place?.organisation === organisation.value ? place?.project : undefined
  return {
    project: found(
      [flags.project, '--project'],
      [flags.organisation === undefined ? environment.AVOW_PROJECT : undefined, 'AVOW_PROJECT'],
      [within(login), loginFile],
      [within(firstRun), file],
    ),
    organisation,
  }
}

const noServer = (folder: string | undefined): CliFailure =>
  folder === undefined
    ? new CliFailure(
        'No server is known',
        exitCodes.unreachable,
        'Run `avow login --url https://your-cloud`, set AVOW_URL, or run this where `npm start` keeps its data (AVOW_DATA).',
      )
    : new CliFailure(
        `No Avow has been started in ${folder}`,
        exitCodes.unreachable,
        'Start it with `npm start`, or name another server with --url.',
      )
