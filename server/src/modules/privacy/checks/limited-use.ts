import { type Category, categories, type Purpose } from '@avow/policy'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ChoiceScene, nothingStored, purposesOf, withChoices } from '../probe-choices.ts'

/** What a limit leaves: the service that was asked for, what law demands, and the protection of the service. */
const isNeeded = ({ policy }: CheckedSystem, purpose: Purpose): boolean => {
  const basis = policy.purposes.get(purpose)?.basis
  return purpose === 'security' || basis === 'contract' || basis === 'legal-obligation'
}

/** Looks at one category before and after a limit; each purpose that is then not as promised, in words. */
const compare = async (
  system: CheckedSystem,
  { person, stops, purposes }: ChoiceScene,
  category: Category,
  before: Awaited<ReturnType<ChoiceScene['stops']>>,
): Promise<string[]> => {
  const isSensitive = category !== 'system' && system.policy.source.categories[category]?.sensitive === true
  const after = await stops(person, category)
  const served = purposes.filter((purpose) => system.policy.category(category)?.purposes.has(purpose) === true)
  return served.flatMap((purpose) => {
    const isEnded = after.get(purpose) !== null
    if (isSensitive && !isNeeded(system, purpose))
      return isEnded ? [] : [`${category} serves ${purpose} in spite of a limit`]
    return after.get(purpose) === before.get(purpose) ? [] : [`a limit ends ${purpose} of ${category}`]
  })
}

/** Agrees to everything, then limits sensitive data as people do, and looks at every category and purpose. */
export const limitedUse: Check<'limit-use'> = {
  name: 'limited-use',
  run: (_rule, system) =>
    withChoices(system, async (scene) => {
      const { person, other, say, stops } = scene
      const held = categories.filter((category) => system.policy.category(category) !== null)
      const sensitive = held.filter((category) => system.policy.source.categories[category]?.sensitive === true)
      for (const purpose of purposesOf(system, 'consent')) await say('POST', `consents/${purpose}`)
      const before = new Map<Category, Awaited<ReturnType<typeof stops>>>()
      for (const category of held) before.set(category, await stops(person, category))
      await say('POST', 'limit')
      const violations: string[] = []
      for (const [category, was] of before) violations.push(...(await compare(system, scene, category, was)))
      const [first] = sensitive
      if (first !== undefined && [...(await stops(other, first)).values()].includes('limited'))
        violations.push('a limit reaches somebody else')
      await say('DELETE', 'limit')
      for (const [category, was] of before) {
        const now = await stops(person, category)
        if ([...was].some(([purpose, stop]) => now.get(purpose) !== stop))
          violations.push(`a limit on ${category} that was lifted goes on`)
      }
      const figure = `${sensitive.length} of ${held.length} categories sensitive, ${count(scene.purposes.length, 'purpose')} each; ${violations.length} not as promised`
      return finding(
        sensitive.length,
        violations,
        figure,
        sensitive.length === 0 ? 'the policy calls nothing sensitive' : nothingStored,
      )
    }),
}
