import type { PublicationGate, PublicationWish } from '../../../platform/gates/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import { type Check, type CheckedSystem, count, finding, probe } from '../check.ts'

type Publish = (wish: PublicationWish, confirmation: string) => Promise<Readonly<Record<string, string>> | null>

/** Null: the gate refused. */
const asked = async <T>(act: () => Promise<T> | T): Promise<T | null> => {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

const wishOf = (names: readonly string[]): PublicationWish => ({
  organisationId: 'org_probe',
  entry: 'listing probe',
  by: 'per_probe',
  fields: Object.fromEntries(names.map((name) => [name, `the ${name} of a probe`])),
})

/** What must not become public by a confirmation of `wish`. */
const othersOf = (wish: PublicationWish, first: string): [words: string, PublicationWish][] => [
  ['a field that the policy does not declare', { ...wish, fields: { ...wish.fields, 'email address': 'probe' } }],
  ['another text than was shown', { ...wish, fields: { ...wish.fields, [first]: 'another text' } }],
  ['what somebody else confirmed', { ...wish, by: 'per_other' }],
  ['what was confirmed of something else', { ...wish, entry: 'listing other' }],
]

const tryGate = async (gate: PublicationGate, publish: Publish, first: string): Promise<string[]> => {
  const wish = wishOf(gate.fields)
  const violations: string[] = []
  const shown = await asked(() => gate.preview(wish))
  if (shown === null) return ['the gate shows nothing of what the policy declares']
  if (shown.fields.some(({ name, text }) => wish.fields[name] !== text) || shown.fields.length !== gate.fields.length)
    violations.push('the publisher is not shown what becomes public')
  if (!shown.warning.includes('cannot be called back')) violations.push('the publisher is not told that it is for good')
  if ((await publish(wish, '')) !== null) violations.push('something becomes public that nobody confirmed')
  for (const [words, other] of othersOf(wish, first))
    if ((await publish(other, shown.confirmation)) !== null) violations.push(`${words} becomes public`)
  const made = await publish(wish, shown.confirmation)
  if (made === null || Object.keys(made).length !== gate.fields.length)
    violations.push('what was confirmed does not become public')
  if ((await publish(wish, shown.confirmation)) !== null) violations.push('one confirmation publishes twice')
  return violations
}

const publicColumns = ({ map }: CheckedSystem) => map.filter(({ category }) => category === 'content.published')

/** Confirms, and fails to confirm, publications at the gate; nothing of them stays. */
export const confirmedPublication: Check<'publish-confirmed'> = {
  name: 'confirmed-publication',
  run: async (_rule, system) => {
    const gate = system.gates.publication
    const [first] = gate.fields
    const columns = publicColumns(system)
    const unbuilt = 'the marketplace is not built: the gate was tried, and nothing is published through it'
    if (first === undefined) return finding(0, [], 'the policy declares no public field', unbuilt)
    const violations = await probe(system.database, (tx) =>
      tryGate(
        gate,
        // A refusal inside must not end the probe's own transaction.
        (wish, confirmation) => asked(() => tx.transaction((inner) => gate.publish(inner, wish, confirmation))),
        first,
      ),
    )
    const figure = `${count(gate.fields.length, 'declared field')}, 7 publications tried, 6 to be refused; ${count(columns.length, 'public column')} in the data map`
    return finding(7, violations, figure, unbuilt)
  },
}
