import { type Check, count, finding } from '../check.ts'
import { type ProbeAnswer, type ProbePerson, probeEmail, probePassword } from '../probe-people.ts'
import { type ProbeRights, searchEverywhere, withRights } from '../probe-rights.ts'

type Ask = readonly [method: 'GET' | 'POST', path: string, body?: object]

/** Everything that concerns a person's data, and that asks who one is. */
const asks = ({ password }: ProbePerson): Ask[] => [
  ['GET', '/me/data'],
  ['POST', '/me/export', {}],
  ['GET', '/me/export'],
  ['GET', '/me/erasure/preview'],
  ['POST', '/me/erasure', { password, confirmation: 'a' }],
  ['POST', '/me/erasure/cancel'],
  ['GET', '/me/requests'],
  ['POST', '/me/requests', { kind: 'access', details: 'everything about me' }],
  ['GET', '/privacy/requests'],
]

/** Each with nobody's, somebody else's and a made-up session. */
const knockAsStrangers = async (world: ProbeRights, person: ProbePerson, other: ProbePerson): Promise<string[]> => {
  const violations: string[] = []
  for (const [method, path, body] of asks(person)) {
    const sent = body === undefined ? {} : { body }
    for (const token of [undefined, `${person.token.slice(0, -1)}${person.token.endsWith('0') ? '1' : '0'}`]) {
      const answer = await world.request(method, path, { ...sent, ...(token === undefined ? {} : { token }) })
      if (answer.code !== 'not_signed_in') violations.push(`${method} ${path} answers a stranger: ${answer.status}`)
    }
    const answer = await world.request(method, path, { ...sent, token: other.token })
    const text = JSON.stringify(answer.body)
    if (text.includes(person.email) || text.includes(person.personId))
      violations.push(`${method} ${path} tells somebody else of the probe person`)
  }
  return violations
}

/** What can be asked of an address with no account of one's own: the answer must be the same for any. */
const byAddress = (email: string): Ask[] => [
  ['POST', '/auth/request-password-reset', { email }],
  ['POST', '/auth/resend-verification', { email }],
  ['POST', '/auth/sign-up', { email, password: probePassword(), name: 'Probe', birthDate: '1980-01-02' }],
  ['POST', '/auth/sign-in', { email, password: 'not the password of anybody', tokenWanted: true }],
]

const shapeOf = ({ status, body }: ProbeAnswer): string => {
  const { requestId: _own, ...rest } = (body ?? {}) as Record<string, unknown>
  return `${status} ${JSON.stringify(rest)}`
}

const compareAddresses = async (world: ProbeRights, person: ProbePerson): Promise<string[]> => {
  const [known, unknown] = [byAddress(person.email), byAddress(probeEmail())]
  const violations: string[] = []
  for (const [at, [method, path, body = {}]] of known.entries()) {
    const one = shapeOf(await world.request(method, path, { body }))
    const other = shapeOf(await world.request(method, path, { body: unknown[at]?.[2] ?? {} }))
    if (one !== other) violations.push(`${path} tells whether an address has an account`)
  }
  return violations
}

/** What cannot be undone asks again: a session alone, or with a wrong password, is not enough. */
const askAgain = async (world: ProbeRights, { token }: ProbePerson): Promise<string[]> => {
  const shown = await world.request('GET', '/me/erasure/preview', { token })
  const { confirmation } = (shown.body ?? {}) as { confirmation?: string }
  const body = { password: 'not the password of anybody', confirmation }
  const answer = await world.request('POST', '/me/erasure', { token, body })
  return answer.code === 'wrong_credentials' ? [] : ['an erasure was taken with a wrong password']
}

/** Asks for a person's data as everybody but them, and looks for a difference between a known and an unknown address. */
export const verifiedRequester: Check<'verify-requester'> = {
  name: 'verified-requester',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const [person, other] = [await world.join(), await world.join()]
      const before = (await searchEverywhere(world.tx, system, person.personId)).found.get('rights_request') ?? 0
      const violations = [
        ...(await knockAsStrangers(world, person, other)),
        ...(await compareAddresses(world, person)),
        ...(await askAgain(world, person)),
      ]
      const after = (await searchEverywhere(world.tx, system, person.personId)).found.get('rights_request') ?? 0
      if (after > before) violations.push(`${count(after - before, 'request')} written for strangers`)
      const tried = asks(person).length * 3 + byAddress('').length * 2 + 1
      const own = await world.request('GET', '/me/data', { token: person.token })
      const unseen = own.status === 200 ? null : 'the probe person does not see their own data either'
      return finding(tried, violations, `${tried} requests by others, none told of the probe person`, unseen)
    }),
}
