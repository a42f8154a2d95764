import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withCalls } from '../probe-calls.ts'
import { probeFloods } from '../probe-floods.ts'
import { type ProbeWorld, probeEmail, withPeople } from '../probe-people.ts'
import { probeSpend } from '../probe-spend.ts'

/** One way to abuse a door: what is tried again and again, and what is wrong if nothing stops it. */
interface Attack {
  readonly words: string
  /** More tries than a person needs. */
  readonly tries: number
  /** @returns whether the door refused for being tried too often */
  attempt(n: number): Promise<boolean>
}

const oneCall = { promptTokens: 9, completionTokens: 9 }
const perMinute = 3

const isLimited = async (answer: Promise<{ status: number; headers: Readonly<Record<string, unknown>> }>) => {
  const { status, headers } = await answer
  return status === 429 && Number(headers['retry-after']) > 0
}

const post = (world: ProbeWorld, path: string, body: object) => isLimited(world.request('POST', path, { body }))

/** Doors that anybody can knock at. */
const attacksOn = (world: ProbeWorld, victim: string): Attack[] => [
  {
    words: 'the password of an account can be guessed at without a pause',
    tries: 12,
    attempt: (n) => isLimited(world.signIn(victim, `a wrong guess, number ${n}`)),
  },
  {
    words: 'somebody can be flooded with mail about a new password',
    tries: 12,
    attempt: () => post(world, '/auth/request-password-reset', { email: victim }),
  },
  {
    words: 'links of mail can be guessed at without a pause',
    tries: 80,
    attempt: (n) => post(world, '/auth/verify-email', { token: `guess-${n}`.padEnd(43, 'x') }),
  },
  {
    words: 'accounts can be opened without end from one address',
    tries: 80,
    attempt: (n) => isLimited(world.signUp(probeEmail(), `A phrase nobody has, ${n}: rain on tin`, '1980-01-02')),
  },
]

/** @returns after how many tries the door closed; null: it never did */
const closesAfter = async ({ tries, attempt }: Attack): Promise<number | null> => {
  for (let n = 1; n <= tries; n += 1) if (await attempt(n)) return n
  return null
}

interface Tried {
  readonly tries: number
  readonly closed: number
  readonly violations: readonly string[]
}

/** A lockout must also hold for the right password, or it tells that it was guessed. */
const attackDoors = (system: CheckedSystem): Promise<Tried> =>
  withPeople(system, async (world) => {
    const { email, password } = await world.join()
    const attacks = attacksOn(world, email)
    const violations: string[] = []
    let tries = 0
    for (const attack of attacks) {
      const after = await closesAfter(attack)
      tries += after ?? attack.tries
      if (after === null) violations.push(attack.words)
      if (attack === attacks[0] && after !== null && !(await isLimited(world.signIn(email, password))))
        violations.push('the right password opens an account that is locked for guessing')
    }
    return { tries, closed: attacks.length - violations.length, violations }
  })

/** A key calls more often than it may in a minute, and uses more tokens than it may. */
const floodGateway = async (system: CheckedSystem): Promise<string[]> => {
  const violations: string[] = []
  const limits = {
    requestsPerMinute: { requestsPerMinute: perMinute },
    tokensPerMinute: { tokensPerMinute: perMinute },
  }
  for (const [name, limit] of Object.entries(limits)) {
    const answers = await withCalls(
      system,
      () => oneCall,
      async ({ chat }) => {
        const seen: number[] = []
        for (let n = 0; n < 2 * perMinute; n += 1) seen.push((await chat('probe')).status)
        return seen
      },
      { limits: limit },
    )
    if (answers[0] !== 200) violations.push(`a key within its ${name} is answered ${answers[0]}`)
    if (!answers.includes(429)) violations.push(`a key goes beyond its ${name}`)
  }
  return violations
}

/** Attacks the real doors in a world of which nothing remains, until each refuses for a while. */
export const abuseLimits: Check<'abuse-limits'> = {
  name: 'abuse-limits',
  run: async (_rule, system) => {
    const doors = await attackDoors(system)
    const gateway = await floodGateway(system)
    const floods = await probeFloods(system)
    const spend = await probeSpend(system)
    const violations = [...doors.violations, ...gateway, ...floods.violations, ...spend.violations]
    const stopped = `${doors.closed} doors closed after ${doors.tries} tries in all, ${2 - gateway.length} keys after their limits, ${count(floods.tried, 'flood')} of strangers, a key that spends suddenly`
    const figure = `${stopped}; ${violations.length} attacks went on`
    return finding(doors.tries, violations, figure, floods.off ?? spend.off)
  },
}
