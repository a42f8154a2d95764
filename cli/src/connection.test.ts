import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { resolveConnection } from './connection.ts'
import { credentialsFile, writeCredentials } from './credentials.ts'

let home: string
let work: string

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'avow-cli-'))
  home = join(root, 'home')
  work = join(root, 'work')
  mkdirSync(work)
})

const dataFolder = (path: string, url: string, name = 'local'): string => {
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'server.json'), JSON.stringify({ url, pid: 1 }))
  writeFileSync(join(path, 'operator-token'), `operator-${name}\n`)
  writeFileSync(
    join(path, 'first-run.json'),
    JSON.stringify({
      url,
      apiKey: `key-${name}`,
      project: { id: `project-${name}` },
      organisation: { id: `organisation-${name}` },
    }),
  )
  return path
}
const signIn = (url: string): void =>
  writeCredentials(credentialsFile({}, home), { url, token: 'session', email: 'a@b.example', project: 'project-kept' })
const resolve = (flags: Parameters<typeof resolveConnection>[0] = {}, environment: Record<string, string> = {}) =>
  resolveConnection(flags, { environment, workingFolder: work, homeFolder: home })

test('a flag wins over the environment, the environment over the files', () => {
  dataFolder(join(work, '.avow'), 'http://127.0.0.1:1')
  expect(resolve().url.value).toBe('http://127.0.0.1:1')
  expect(resolve({}, { AVOW_URL: 'http://127.0.0.1:2' }).url).toEqual({ value: 'http://127.0.0.1:2', from: 'AVOW_URL' })
  expect(resolve({ url: 'http://127.0.0.1:3/' }, { AVOW_URL: 'http://127.0.0.1:2' }).url.value).toBe(
    'http://127.0.0.1:3',
  )
  expect(resolve({ token: 'f' }, { AVOW_TOKEN: 'e' }).token?.value).toBe('f')
  expect(resolve({}, { AVOW_TOKEN: 'e' }).token?.value).toBe('e')
  expect(resolve({}, { AVOW_PROJECT: 'p', AVOW_API_KEY: 'k' })).toMatchObject({
    project: { value: 'p' },
    apiKey: { value: 'k' },
  })
})

test('another organisation is never worked in by way of a project that was not meant', () => {
  dataFolder(join(work, '.avow'), 'http://127.0.0.1:1')
  expect(resolve({ organisation: 'other' })).toMatchObject({ project: undefined, apiKey: undefined })
  expect(resolve({ organisation: 'other' }, { AVOW_PROJECT: 'p' }).project).toBeUndefined()
  expect(resolve({}, { AVOW_ORGANISATION: 'other' }).project).toBeUndefined()
  expect(resolve({ organisation: 'organisation-local' })).toMatchObject({
    project: { value: 'project-local' },
    apiKey: { value: 'key-local' },
  })
  expect(resolve({ organisation: 'other', project: 'p' }).project?.value).toBe('p')
  expect(resolve({ project: 'p' }).apiKey).toBeUndefined()
})

test('AVOW_DATA gives the operator of that folder, whoever is signed in', () => {
  const folder = dataFolder(join(work, 'data'), 'http://127.0.0.1:1')
  signIn('http://127.0.0.1:1')
  const connection = resolve({}, { AVOW_DATA: folder })
  expect(connection.token).toEqual({ value: 'operator-local', from: join(folder, 'operator-token') })
  expect(connection.project?.value).toBe('project-local')
  expect(connection.apiKey?.value).toBe('key-local')
  expect(resolve({}, { AVOW_DATA: 'data' }).token?.value).toBe('operator-local')
})

test('a sign-in on the server of ./.avow wins over the operator of the machine', () => {
  dataFolder(join(work, '.avow'), 'http://127.0.0.1:1')
  signIn('http://127.0.0.1:1')
  expect(resolve()).toMatchObject({ token: { value: 'session' }, project: { value: 'project-kept' } })
})

test('a sign-in on another server does not hide the one in ./.avow', () => {
  dataFolder(join(work, '.avow'), 'http://127.0.0.1:1')
  signIn('https://cloud.example')
  expect(resolve()).toMatchObject({
    url: { value: 'http://127.0.0.1:1' },
    token: { value: 'operator-local' },
    project: { value: 'project-local' },
  })
})

test('no secret goes to a server that it does not belong to', () => {
  dataFolder(join(work, '.avow'), 'http://127.0.0.1:1')
  signIn('https://cloud.example')
  const connection = resolve({ url: 'https://elsewhere.example' })
  expect(connection).toMatchObject({ token: undefined, apiKey: undefined, project: undefined })
  expect(resolve({ url: 'https://cloud.example' }).token?.value).toBe('session')
})

test('without a server it says what to do, and a broken address is refused', () => {
  expect(() => resolve()).toThrow('No server is known')
  expect(() => resolve({}, { AVOW_DATA: join(work, 'nothing') })).toThrow('No Avow has been started')
  expect(() => resolve({ url: 'cloud.example' })).toThrow('is not the address of a server')
})

test('the kept sign-in is readable by its owner only', () => {
  signIn('https://cloud.example')
  expect(statSync(credentialsFile({}, home)).mode & 0o777).toBe(0o600)
})
