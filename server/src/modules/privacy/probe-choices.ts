import { type Category, type Purpose, purposes } from '@avow/policy'
import { sql } from 'drizzle-orm'
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
  /** Whether a reader for this purpose gets somebody's name; null: the policy lets nobody read names for it. */
  reads(of: ProbePerson, purpose: Purpose): Promise<boolean | null>
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
          found.set(purpose, await system.gates.purpose.stop(world.tx, personId, purpose, category))
        return found
      },
      reads: async ({ personId }, purpose) => {
        if (!system.gates.purpose.allows(purpose, 'account.identity')) return null
        const { rows } = await world.tx.execute<{ sealed: Buffer }>(
          sql`select sealed_name as sealed from person where id = ${personId}`,
        )
        const place = { table: 'person', column: 'sealed_name', row: personId }
        const sealed = rows[0]?.sealed ?? Buffer.alloc(0)
        const reader = world.databases.for(purpose).direct
        const [name] = await system.vault.openMany(reader, [{ subject: personId, place, sealed }])
        return name !== null
      },
      shown: async ({ token }) => {
        const { body } = await world.request('GET', '/me/privacy/choices', { token })
        return new Set((body as ShownChoices).purposes.filter(({ used }) => used).map(({ purpose }) => purpose))
      },
    })
  })

/** Purposes for which a reader gets what was stopped, or does not get what was not. */
export const misreads = async (scene: ChoiceScene, of: ProbePerson): Promise<string[]> => {
  const stops = await scene.stops(of, 'account.identity')
  const found: string[] = []
  for (const purpose of scene.purposes) {
    const isRead = await scene.reads(of, purpose)
    const isStopped = stops.get(purpose) !== null
    if (isRead === true && isStopped) found.push(`a reader for ${purpose} gets what was stopped`)
    if (isRead === false && !isStopped) found.push(`a reader for ${purpose} does not get what nothing stops`)
  }
  return found
}

/** Why what the gate says is not all, where nothing is stored yet that a reader could be refused. */
export const nothingStored = 'no field of these categories is stored yet: content is not kept'

/** Which purposes changed between two looks. */
export const changed = (
  before: ReadonlyMap<Purpose, Stop | null>,
  after: ReadonlyMap<Purpose, Stop | null>,
): Purpose[] => [...after.keys()].filter((purpose) => before.get(purpose) !== after.get(purpose))
