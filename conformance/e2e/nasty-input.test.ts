import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, endpoints, errorCodes } from '@avow/contract'
import { beforeAll, expect, test } from 'vitest'
import { nastyTexts, type Schema, sample, wrongBodies } from '../src/nasty.ts'
import { createPerson, ok, type Person } from '../src/people.ts'
import { type RunningAvow, root, startAvow } from '../src/start-avow.ts'

let avow: RunningAvow
let person: Person
let places: Readonly<Record<string, string>>

beforeAll(async () => {
  avow = await startAvow({ env: { AVOW_ENGINE: 'off' } })
  person = await createPerson(avow, 'tester')
  const organisationId = (await ok(person.api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
  const path = { organisationId }
  const projects = await ok(person.api.GET('/api/v1/organisations/{organisationId}/projects', { params: { path } }))
  places = { organisationId, projectId: projects.items[0]?.id ?? '' }
  return () => avow[Symbol.asyncDispose]()
})

interface Operation {
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
}
const openapi = JSON.parse(readFileSync(join(root, 'contract/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const operationOf = ({ path, method }: Endpoint): Operation => {
  const operation = openapi.paths[`/api/v1${path}`]?.[method.toLowerCase()]
  if (operation === undefined) throw new Error(`${method} ${path} is not in the OpenAPI document`)
  return operation
}

/** Whoever gets past the access check, so that the input reaches the endpoint. */
const tokenFor = ({ access }: Endpoint): string => (access.kind === 'staff' ? avow.operatorToken : person.token)

interface Sent {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends it and says what is wrong with the answer; undefined when it is one that the contract declares. */
const complaintAbout = async (
  endpoint: Endpoint,
  { params = {}, query = {}, body }: Sent,
): Promise<string | undefined> => {
  const values = {
    ...places,
    keyId: 'none',
    personId: 'none',
    invitationId: 'none',
    sessionId: 'none',
    modelId: 'none',
    ...params,
  }
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) =>
    encodeURIComponent(values[name] ?? '').replace(/^\.+$/, '%2e'),
  )
  const response = await fetch(`${avow.url}/api/v1${path}?${new URLSearchParams(query)}`, {
    method: endpoint.method,
    headers: {
      authorization: `Bearer ${tokenFor(endpoint)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  if (response.ok) return undefined
  const problem = JSON.parse(text) as { code?: string; status?: number }
  const isDeclared =
    response.status < 500 && errorCodes.some((code) => code === problem.code) && problem.status === response.status
  return isDeclared
    ? undefined
    : `${endpoint.id} ${JSON.stringify({ params, query, body })?.slice(0, 150)}: ${response.status} ${text.slice(0, 300)}`
}

const complaints = async (endpoint: Endpoint, all: readonly Sent[]): Promise<string[]> => {
  const found: string[] = []
  for (const sent of all) {
    const complaint = await complaintAbout(endpoint, sent)
    if (complaint !== undefined) found.push(complaint)
  }
  return found
}

/** Signing out would end the test's own session. */
const ending = ['account.signOut', 'account.changePassword']
const rows = endpoints.filter(({ id }) => !ending.includes(id)).map((endpoint) => [endpoint.id, endpoint] as const)

test.each(
  rows.filter(([, { body }]) => body !== undefined),
)('%s answers every nasty body with an error that it declares', async (_id, endpoint) => {
  const schema = operationOf(endpoint).requestBody?.content['application/json'].schema ?? {}
  const nasty = nastyTexts.map((text) => JSON.stringify(sample(schema, text)))
  expect(
    await complaints(
      endpoint,
      [...wrongBodies, ...nasty].map((body) => ({ body })),
    ),
  ).toEqual([])
})

test.each(
  rows.filter(([, { params }]) => params !== undefined),
)('%s answers every nasty id with an error that it declares', async (_id, endpoint) => {
  const names = Object.keys(endpoint.params?.shape ?? {})
  const sent = nastyTexts
    .filter((text) => text.trim() !== '' && text.isWellFormed())
    .map((text) => ({ params: Object.fromEntries(names.map((name) => [name, text])) }))
  expect(await complaints(endpoint, sent)).toEqual([])
})

test.each(
  rows.filter(([, { query }]) => query !== undefined),
)('%s answers every nasty query with an error that it declares', async (_id, endpoint) => {
  const names = operationOf(endpoint).parameters.flatMap((parameter) =>
    parameter.in === 'query' ? [parameter.name] : [],
  )
  const sent = names.flatMap((name) =>
    nastyTexts.filter((text) => text.isWellFormed()).map((text) => ({ query: { [name]: text } })),
  )
  expect(sent.length).toBeGreaterThan(10)
  expect(await complaints(endpoint, sent)).toEqual([])
})
