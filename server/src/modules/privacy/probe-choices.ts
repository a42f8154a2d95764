import { type Category, type Purpose, purposes } from '@avow/policy'
import { choiceOf, type Stop } from '../../platform/gates/index.ts'
import type { CheckedSystem } from './check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from './probe-people.ts'

interface ShownChoices {
  readonly purposes: readonly { readonly purpose: Purpose; readonly used: boolean }[]
}

/** Two people, one of whom says something about the use of their data, by the endpoints that people use. */
export interface ChoiceScene {
  readonly world: ProbeWorld
  /** Who speaks, and who says nothing. */
  readonly person: ProbePerson
  readonly other: ProbePerson
  readonly purposes: readonly Purpose[]
  /** @throws when it is refused */
  say(method: 'POST' | 'DELETE', path: string): Promise<void>
  /** What each purpose is stopped by for somebody, as the gate says it. */
  stops(of: ProbePerson, category?: Category): Promise<ReadonlyMap<Purpose, Stop | null>>
  /** Purposes that somebody's data serves, as they are shown it. */
  shown(of: ProbePerson): Promise<ReadonlySet<Purpose>>
}

export const purposesOf = ({ policy }: Pick<CheckedSystem, 'policy'>, choice: 'consent' | 'objection'): Purpose[] =>
  purposes.filter((purpose) => choiceOf(policy, purpose) === choice)

export const withChoices = <T>(system: CheckedSystem, work: (scene: ChoiceScene) => Promise<T>): Promise<T> =>
  withModule(system, async (world) => {
    const [person, other] = [await world.join(), await world.join()]
    const known = [...system.policy.purposes.keys()]
    return work({
      world,
      person,
      other,
      purposes: known,
      say: async (method, path) => {
        const { status, code } = await world.request(method, `/me/privacy/${path}`, {
          token: person.token,
          ...(method === 'POST' ? { body: {} } : {}),
        })
        if (status !== 200) throw new Error(`${method} ${path} was refused: ${code}`)
      },
      stops: async ({ personId }, category) => {
        const found = new Map<Purpose, Stop | null>()
        for (const purpose of known)
          found.set(purpose, await system.gates.standing.stop(world.tx, personId, purpose, category))
        return found
      },
      shown: async ({ token }) => {
        const { body } = await world.request('GET', '/me/privacy/choices', { token })
        return new Set((body as ShownChoices).purposes.filter(({ used }) => used).map(({ purpose }) => purpose))
      },
    })
  })

/** Why what the gate says is not all: whoever does not ask it is not bound by it. */
export const unaskedReaders = 'that every reader asks the gate is not proven'

/** Which purposes changed between two looks. */
export const changed = (
  before: ReadonlyMap<Purpose, Stop | null>,
  after: ReadonlyMap<Purpose, Stop | null>,
): Purpose[] => [...after.keys()].filter((purpose) => before.get(purpose) !== after.get(purpose))
