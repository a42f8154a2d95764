import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AvowClient } from '@avow/sdk'
import type { RunningAvow } from './start-avow.ts'

/** A person with an account and a session of their own. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly token: string
  readonly api: AvowClient
}

/** The data of an answer; fails with the problem otherwise. */
export const ok = async <T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> => {
  const { data, error, response } = await answer
  if (!response.ok) throw new Error(`${response.status} ${response.url} ${JSON.stringify(error)}`)
  return data as T
}

/** Status and code of an answer that is expected to fail. */
export const failure = async (
  answer: Promise<{ error?: unknown; response: Response }>,
): Promise<{ status: number; code: string | undefined }> => {
  const { error, response } = await answer
  return { status: response.status, code: (error as { code?: string } | undefined)?.code }
}

/** The newest mail of a kind to an address, from the operator's outbox. */
export const mailTo = async (avow: RunningAvow, to: string, kind?: string) => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const query = { to, ...(kind === undefined ? {} : { kind }) }
    const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query } }))
    const mail = items[0]
    if (mail !== undefined) return mail
    await sleep(50)
  }
  throw new Error(`no mail ${kind ?? ''} to ${to} came`)
}

/** The one-time token in a mail's link. */
export const tokenIn = (mail: { readonly links: readonly string[] }): string => {
  const token = mail.links.map((link) => new URL(link).searchParams.get('token')).find((value) => value !== null)
  if (token === undefined || token === null) throw new Error(`no token in ${mail.links.join(' ')}`)
  return token
}

/** An address that nobody has had before. */
export const newEmail = (name: string): string => `${name}-${randomBytes(4).toString('hex')}@people.example`

export const goodPassword = 'correct horse battery staple'

/** Signs a person up, opens the link of the mail, signs in. */
export const createPerson = async (avow: RunningAvow, name: string): Promise<Person> => {
  const stranger = avow.api(null)
  const email = newEmail(name)
  await ok(
    stranger.POST('/api/v1/auth/sign-up', { body: { email, name, password: goodPassword, birthDate: '1990-05-17' } }),
  )
  await ok(stranger.POST('/api/v1/auth/verify-email', { body: { token: tokenIn(await mailTo(avow, email)) } }))
  const signedIn = await ok(
    stranger.POST('/api/v1/auth/sign-in', { body: { email, password: goodPassword, tokenWanted: true } }),
  )
  const token = signedIn.token ?? ''
  return { id: signedIn.person.id, email, password: goodPassword, token, api: avow.api(token) }
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const fromBase32 = (text: string): Buffer => {
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The six digits of an authenticator app (RFC 6238: SHA-1, 30 s) for an otpauth address; `step` 1 is the next code. */
export const totpCode = (uri: string, step = 0): string => {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step))
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return ((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0')
}

/** Has a person's copy made and fetches it: a tar.gz. */
export const takeOut = async ({ api }: Pick<Person, 'api'>): Promise<Buffer> => {
  await ok(api.POST('/api/v1/me/export', { body: {} }))
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { export: copy } = await ok(api.GET('/api/v1/me/export'))
    if (copy?.state === 'done') {
      const pieces: Buffer[] = []
      for (let part = 0; part < copy.parts; part += 1) {
        const params = { path: { exportId: copy.id, part: String(part) } }
        const { content } = await ok(api.GET('/api/v1/me/export/{exportId}/parts/{part}', { params }))
        pieces.push(Buffer.from(content, 'base64'))
      }
      return Buffer.concat(pieces)
    }
    await sleep(100)
  }
  throw new Error('a copy is not made')
}
