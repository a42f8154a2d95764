import { randomBytes } from 'node:crypto'
import { batchLine, isEnded, untilBatch } from '../batches.ts'
import { openaiClient } from '../inference.ts'
import { createPerson, ok, type Person } from '../people.ts'
import type { RunningAvow } from '../start-avow.ts'
import { runJson } from './story.ts'

/** A person who left a text that stands nowhere else in every field that they could fill. */
export interface Planted {
  readonly person: Person
  readonly organisationId: string
  readonly projectId: string
  readonly apiKey: string
  /** The texts, by where they were left. */
  readonly texts: Readonly<Record<string, string>>
}

/** A text that stands nowhere else. */
export const newCanary = (): string => `canary${randomBytes(8).toString('hex')}`

/** A request with a header of one's own, as a browser or program would send it. */
const knock = (avow: RunningAvow, path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${avow.url}${path}`, { headers })

const callModels = async (avow: RunningAvow, apiKey: string, texts: Record<string, string>): Promise<void> => {
  const openai = openaiClient(avow, apiKey, { 'user-agent': texts.program ?? '' })
  const body = {
    model: 'mock',
    user: texts.user ?? '',
    messages: [
      { role: 'system' as const, content: texts.systemPrompt ?? '' },
      { role: 'user' as const, content: JSON.stringify({ tokens: 3, name: texts.prompt }) },
    ],
  }
  await openai.chat.completions.create(body)
  for await (const _ of await openai.chat.completions.create({ ...body, stream: true }));
  const failing = [{ role: 'user' as const, content: JSON.stringify({ status: 500, name: texts.failedPrompt }) }]
  await openai.chat.completions.create({ ...body, messages: failing }).catch(() => undefined)
  const asked = {
    ...{ model: 'mock', user: texts.user ?? '', instructions: texts.instructions ?? '' },
    metadata: { note: texts.metadata ?? '' },
    input: JSON.stringify({ tokens: 3, name: texts.input }),
  }
  await openai.responses.create(asked)
  for await (const _ of await openai.responses.create({ ...asked, stream: true }));
  await openai.responses.create({ ...asked, store: true, background: true }).catch(() => undefined)
}

/** Has a batch run whose file, its name, a line and a note are texts. Its model is unknown, so that no usage is made of it. */
const runBatch = async (avow: RunningAvow, apiKey: string, texts: Record<string, string>): Promise<void> => {
  const openai = openaiClient(avow, apiKey)
  const line = batchLine(texts.batchLine ?? '', 'none', texts.batchPrompt ?? '')
  const file = await openai.files.create({ file: new File([line], `${texts.fileName}.jsonl`), purpose: 'batch' })
  const metadata = { note: texts.batchNote ?? '' }
  const endpoint = '/v1/chat/completions'
  const { id } = await openai.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h', metadata })
  await untilBatch(openai, id, isEnded)
}

/** Signs the data processing addendum, and asks for something by right in words of one's own; the operator answers. */
const writeToTheOffice = async (
  avow: RunningAvow,
  { api }: Person,
  organisationId: string,
  { signatory = '', title = '', details = '', answer = '' }: Record<string, string>,
): Promise<void> => {
  const params = { path: { organisationId } }
  const { hash } = await ok(api.GET('/api/v1/organisations/{organisationId}/addendum', { params }))
  await ok(api.POST('/api/v1/organisations/{organisationId}/addendum', { params, body: { hash, signatory, title } }))
  const { id: requestId } = await ok(api.POST('/api/v1/me/requests', { body: { kind: 'access', details } }))
  const ofRequest = { params: { path: { requestId } }, body: { answer } }
  await ok(avow.api().POST('/api/v1/privacy/requests/{requestId}/complete', ofRequest))
}

/** Writes to the contacts of the policy, where it keeps such messages, and is answered. @returns whether it does */
const writeToContacts = async (
  avow: RunningAvow,
  { email }: Person,
  { sender = '', message = '', reply = '' }: Record<string, string>,
): Promise<boolean> => {
  const { contacts } = await ok(avow.api(null).GET('/api/v1/contact'))
  const [contact] = contacts
  if (contact === undefined) return false
  await ok(avow.api(null).POST('/api/v1/contact', { body: { contact, email, name: sender, text: message } }))
  const { items } = await runJson(avow, 'contact', 'messages', '--open', '--to', contact)
  const { id } = items.find(({ text }: { text: string }) => text === message)
  await runJson(avow, 'contact', 'answer', id, '--text', reply)
  return true
}

/**
 * Texts that people write to endpoints, by the endpoint's id: here with a canary in each. What else they send are secrets,
 * ids and codes, and `appeal` keeps its text where `ask` does.
 */
export const plantedIn: Readonly<Record<string, readonly string[]>> = {
  'account.signUp': ['name'],
  'account.updateMe': ['name'],
  'organisations.create': ['name'],
  'organisations.update': ['name'],
  'addenda.sign': ['signatory', 'title'],
  'projects.create': ['name'],
  'projects.update': ['name'],
  'keys.create': ['name'],
  'keys.update': ['name'],
  'contact.write': ['name', 'text'],
  'rights.ask': ['details'],
  'rights.appeal': ['details'],
}

/** Signs somebody up and has them fill whatever a person can fill. The model `mock` must be there. */
export const plantCanaries = async (avow: RunningAvow): Promise<Planted> => {
  const texts: Record<string, string> = {}
  for (const where of [
    ...['email', 'name', 'organisation', 'secondOrganisation', 'project', 'secondProject', 'key', 'guest'],
    ...['userAgent', 'program', 'header', 'query', 'idempotencyKey', 'user', 'systemPrompt', 'prompt', 'failedPrompt'],
    ...['instructions', 'metadata', 'input'],
    ...['signatory', 'title', 'details', 'answer', 'fileName', 'batchLine', 'batchPrompt', 'batchNote'],
  ])
    texts[where] = newCanary()
  const person = await createPerson(avow, texts.email ?? '')
  const { api } = person
  await ok(api.PATCH('/api/v1/me', { body: { name: texts.name ?? '' } }))
  const organisationId = (await ok(api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
  const ofOrganisation = { params: { path: { organisationId } } }
  await ok(
    api.PATCH('/api/v1/organisations/{organisationId}', {
      ...ofOrganisation,
      body: { name: texts.organisation ?? '' },
    }),
  )
  await ok(api.POST('/api/v1/organisations', { body: { name: texts.secondOrganisation ?? '' } }))
  const projects = await ok(api.GET('/api/v1/organisations/{organisationId}/projects', ofOrganisation))
  const projectId = projects.items[0]?.id ?? ''
  const ofProject = { params: { path: { projectId } } }
  await ok(api.PATCH('/api/v1/projects/{projectId}', { ...ofProject, body: { name: texts.project ?? '' } }))
  await ok(
    api.POST('/api/v1/organisations/{organisationId}/projects', {
      ...ofOrganisation,
      body: { name: texts.secondProject ?? '' },
    }),
  )
  await ok(
    api.POST('/api/v1/organisations/{organisationId}/invitations', {
      ...ofOrganisation,
      body: { email: `${texts.guest}@people.example`, role: 'viewer' },
      headers: { 'idempotency-key': texts.idempotencyKey ?? '' },
    }),
  )
  const key = await ok(api.POST('/api/v1/projects/{projectId}/keys', { ...ofProject, body: { name: texts.key ?? '' } }))
  const apiKey = key.secret ?? ''
  const headers = {
    authorization: `Bearer ${person.token}`,
    'user-agent': texts.userAgent ?? '',
    'x-forwarded-for': texts.header ?? '',
    referer: `http://${texts.header}.invalid/`,
  }
  await ok(
    avow.api(null).POST('/api/v1/auth/sign-in', {
      body: { email: person.email, password: person.password, tokenWanted: true },
      headers: { 'user-agent': texts.userAgent ?? '' },
    }),
  )
  await knock(avow, `/api/v1/me?${texts.query}=${texts.query}`, headers)
  await knock(avow, `/v1/models?${texts.query}`, { ...headers, authorization: `Bearer ${apiKey}` })
  await callModels(avow, apiKey, texts)
  await runBatch(avow, apiKey, texts)
  await writeToTheOffice(avow, person, organisationId, texts)
  const inquiry = { sender: newCanary(), message: newCanary(), reply: newCanary() }
  if (await writeToContacts(avow, person, inquiry)) Object.assign(texts, inquiry)
  return { person, organisationId, projectId, apiKey, texts }
}
