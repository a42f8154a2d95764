import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { and, isNull, lte } from 'drizzle-orm'
import { authorityRequest } from '../authority-requests/tables.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbeAnswer, type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'

/** A request of an authority about a probe person, and two officers who may answer it. */
interface Scene {
  readonly person: ProbePerson
  /** A name that only the person has; it is not in the scope of what is approved. */
  readonly name: string
  readonly step: (officer: 0 | 1, path: string, body?: object) => Promise<ProbeAnswer>
  readonly asPerson: (path: string) => Promise<string>
}

const hire = async (world: ProbeWorld, system: CheckedSystem): Promise<string> => {
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  return String((signedIn.body as { token?: unknown }).token)
}

/** @param country of the authority; without it, where this is */
export const begin = async (
  world: ProbeWorld,
  system: CheckedSystem,
  country = system.gates.placement.here ?? 'DE',
): Promise<Scene> => {
  const person = await world.join()
  const name = `Canary ${randomBytes(8).toString('hex')}`
  await world.request('PATCH', '/me', { token: person.token, body: { name } })
  const tokens = [await hire(world, system), await hire(world, system)]
  const made = await world.request('POST', '/privacy/authority-requests', {
    token: tokens[0] ?? '',
    body: {
      authority: 'probe of the policy',
      country,
      safeguard: 'treaty of the probe',
      legalBasis: 'none: nothing of this lasts',
      subjectKind: 'person',
      subjectId: person.personId,
      categories: ['account.identity', 'account.contact'],
    },
  })
  const id = (made.body as { id?: string }).id ?? 'none'
  return {
    person,
    name,
    step: (officer, path, body = {}) =>
      world.request('POST', `/privacy/authority-requests/${id}/${path}`, { token: tokens[officer] ?? '', body }),
    asPerson: async (path) => JSON.stringify((await world.request('GET', path, { token: person.token })).body),
  }
}

export const proposal = { categories: ['account.contact'], note: 'the probe proposes a part' }
export const approval = { decision: 'approved', reason: 'the probe approves it' }

/** The text of the archive that an answer carries; null when it carries none. */
const packageOf = ({ body }: ProbeAnswer): string | null => {
  const { archive } = body as { archive?: unknown }
  return typeof archive === 'string' ? gunzipSync(Buffer.from(archive, 'base64')).toString('utf8') : null
}

/** Tries to hand out at each step at which nothing may leave, then when it may. */
const reviewViolations = async ({ person, name, step }: Scene): Promise<string[]> => {
  const violations: string[] = []
  const expectNothing = async (when: string) => {
    if (packageOf(await step(0, 'hand-out')) !== null) violations.push(`data leaves ${when}`)
  }
  await expectNothing('before anybody looked at the request')
  await step(0, 'prepare', proposal)
  await expectNothing('before a review')
  if ((await step(0, 'review', approval)).status === 200) violations.push('one person prepares and approves')
  await step(1, 'review', approval)
  await step(0, 'tell')
  const handed = packageOf(await step(0, 'hand-out'))
  if (handed === null || !handed.includes(person.email)) violations.push('what was approved is not handed out')
  if (handed?.includes(name)) violations.push('more is handed out than was approved')
  return violations
}

const silence = (system: CheckedSystem, days: number) => ({
  ground: 'forbidden-by-law',
  reason: 'the probe of the policy keeps silent',
  reviewAt: new Date(system.clock.nowMs() + days * 86_400_000).toISOString(),
})

/** One request under a ground for silence, and one of which the customer is told. */
const noticeViolations = async (system: CheckedSystem, silent: Scene, told: Scene): Promise<string[]> => {
  const violations: string[] = []
  for (const { step } of [silent, told]) {
    await step(0, 'prepare', proposal)
    await step(1, 'review', approval)
    if (packageOf(await step(0, 'hand-out')) !== null) violations.push('data leaves before a word to the customer')
    if ((await step(0, 'close')).status === 200) violations.push('a request is closed before a word to the customer')
  }
  if ((await silent.step(0, 'silence', silence(system, -1))).status === 200)
    violations.push('a ground for silence needs no date ahead')
  await silent.step(0, 'silence', silence(system, 30))
  if (packageOf(await silent.step(0, 'hand-out')) === null)
    violations.push('a recorded ground for silence does not count')
  if ((await silent.asPerson('/me/authority-requests')).includes('probe of the policy'))
    violations.push('a customer learns of a request under silence')
  await told.step(0, 'tell')
  if (!(await told.asPerson('/me/authority-requests')).includes('probe of the policy'))
    violations.push('a customer who was told cannot see the request')
  return violations
}

/** Answers a request of an authority as officers must, and tries to go around each step. */
export const authorityReview: Check<'authority-review'> = {
  name: 'authority-review',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const violations = await reviewViolations(await begin(world, system))
      return finding(1, violations, `1 request answered, ${count(3, 'way')} around the review tried`)
    }),
}

/** Tells one customer and is silent to another, and looks for grounds that were to be looked at again. */
export const customerTold: Check<'customer-told'> = {
  name: 'customer-told',
  run: async (_rule, system) => {
    const { direct } = system.database
    const waits = and(isNull(authorityRequest.toldAt), lte(authorityRequest.silenceReviewAt, system.clock.now()))
    const overdue = await direct.$count(authorityRequest, waits)
    const all = await direct.$count(authorityRequest)
    return withModule(system, async (world) => {
      const violations = await noticeViolations(system, await begin(world, system), await begin(world, system))
      if (overdue > 0) violations.push(`${count(overdue, 'ground')} for silence past the date of another look`)
      const figure = `1 customer told, 1 ground for silence; ${count(all, 'request')} on record, ${overdue} of them past a date`
      return finding(2 + all, violations, figure)
    })
  },
}
