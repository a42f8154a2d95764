import type { ProbeBodies } from '../inference/index.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbeCalls, withCalls } from './probe-calls.ts'
import { type ProbePerson, type ProbeWorld, withPeople } from './probe-people.ts'

/** Two people who call a model each with a project of their own; nothing of it remains. */
export interface BodyScene {
  readonly world: ProbeWorld
  /** Says whether bodies are kept. */
  readonly person: ProbePerson
  /** Says nothing. */
  readonly other: ProbePerson
  /** Through the real gateway; `fault` is how the engine's next answer ends. */
  call(
    of: ProbePerson,
    prompt: string,
    how?: {
      readonly stream?: boolean
      readonly store?: boolean
      readonly fault?: 'error' | 'cut'
      readonly asResponse?: boolean
    },
  ): Promise<void>
  /** Has a project keep bodies, or keep no more. @returns the code of the refusal; null when it was done */
  keep(of: ProbePerson, keep: boolean, period?: string): Promise<string | null>
  /** Writes what is in memory. */
  readonly settle: ProbeBodies['flush']
  /** What of a project's bodies somebody reaches by the endpoints, one text a call; null: refused. */
  read(by: ProbePerson, of: ProbePerson): Promise<readonly string[] | null>
  /** What the gateway logged, at the finest level. */
  logged(): readonly string[]
}

const sceneOn = (
  world: ProbeWorld,
  bodies: ProbeBodies,
  people: readonly [person: ProbePerson, other: ProbePerson],
  chat: ProbeCalls['chat'],
  end: { fault?: 'error' | 'cut' | undefined },
): Omit<BodyScene, 'logged'> => {
  const pathOf = ({ projectId }: ProbePerson, rest: string): string => `/projects/${projectId}/${rest}`
  return {
    world,
    person: people[0],
    other: people[1],
    call: async (of, prompt, { stream = false, fault, ...more } = {}) => {
      end.fault = fault
      await chat(prompt, stream, { caller: of, ...more })
    },
    keep: async (of, keep, period) => {
      const body = { keep, ...(period === undefined ? {} : { period }) }
      const { code } = await world.request('PATCH', pathOf(of, 'body-keeping'), { token: of.token, body })
      return code
    },
    settle: bodies.flush,
    read: async (by, of) => {
      const { token } = by
      const { body, code } = await world.request('GET', pathOf(of, 'bodies?limit=200'), { token })
      if (code !== null) return null
      const texts: string[] = []
      for (const { id } of (body as { items: { id: string }[] }).items) {
        const shown = await world.request('GET', pathOf(of, `bodies/${id}`), { token })
        texts.push(JSON.stringify(shown.body))
      }
      return texts
    },
  }
}

/** @param more routes of staff are there as well */
export const withBodies = <T>(system: CheckedSystem, work: (scene: BodyScene) => Promise<T>): Promise<T> => {
  const log = system.logTo({ write: () => undefined })
  const made: { bodies?: ProbeBodies } = {}
  return withPeople(
    system,
    async (world) => {
      const { bodies } = made
      if (bodies === undefined) throw new Error('the keeping of bodies was not made')
      await bodies.refresh()
      const people = [await world.join(), await world.join()] as const
      const lines: string[] = []
      const end: { fault?: 'error' | 'cut' | undefined } = {}
      const counts = () => ({ promptTokens: 9, completionTokens: 9, ...(end.fault ? { fault: end.fault } : {}) })
      return withCalls(
        system,
        counts,
        ({ chat }) => work({ ...sceneOn(world, bodies, people, chat, end), logged: () => lines }),
        { callers: people, bodies: bodies.keeper, logged: (line) => void lines.push(line) },
      )
    },
    ({ database, databases, identity }) => {
      made.bodies = system.bodiesOn({
        database: databases.for('provide'),
        lawful: databases.for('provide', 'legal'),
        log,
      })
      const routes = system.routesOn({ ...system, database, databases, accounts: identity.api.accounts })
      return [...routes, ...made.bodies.routes]
    },
  )
}
