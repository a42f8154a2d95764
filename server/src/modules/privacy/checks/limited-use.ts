import { type Category, categories, type Purpose } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withBodies } from '../probe-bodies.ts'
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

/** What is stored of a person who agreed to everything and limited it: which readers get it that should not, or do not. */
const readStored = (system: CheckedSystem): Promise<string[]> =>
  withBodies(system, async ({ world, person, keep, call, settle }) => {
    const { policy } = system
    for (const purpose of purposesOf(system, 'consent'))
      await world.request('POST', `/me/privacy/consents/${purpose}`, { token: person.token, body: {} })
    await keep(person, true)
    await call(person, 'what is stored')
    await settle()
    await world.request('POST', '/me/privacy/limit', { token: person.token, body: {} })
    const { rows } = await world.tx.execute<{ id: string; subject: string; sealed: Buffer }>(
      sql`select id, organisation_id as subject, sealed_bodies as sealed from kept_call where project_id = ${person.projectId}`,
    )
    if (rows.length !== 1) return ['a body could not be kept']
    const values = rows.map(({ id, subject, sealed }) => ({
      ...{ subject, sealed },
      place: { table: 'kept_call', column: 'sealed_bodies', row: id },
    }))
    const violations: string[] = []
    for (const purpose of policy.category('content.inference')?.purposes ?? []) {
      const [plain] = await system.vault.openMany(world.databases.for(purpose).direct, values)
      if ((plain !== null) !== isNeeded(system, purpose))
        violations.push(
          `a reader for ${purpose} ${plain === null ? 'does not get' : 'gets'} what is stored and limited`,
        )
    }
    return violations
  })

const sensitiveOf = ({ policy }: CheckedSystem): Category[] =>
  categories.filter(
    (category) => policy.category(category) !== null && policy.source.categories[category]?.sensitive === true,
  )

const unseenOf = (sensitive: readonly Category[], read: readonly string[] | null): string | null => {
  if (sensitive.length === 0) return 'the policy calls nothing sensitive'
  return read === null ? nothingStored : null
}

const isStored = ({ policy, map }: CheckedSystem, sensitive: readonly Category[]): boolean =>
  policy.bodies !== 'never' &&
  sensitive.includes('content.inference') &&
  map.some(({ category, sealedFor }) => category === 'content.inference' && sealedFor !== null)

/** Agrees to everything, then limits sensitive data as people do, and looks at every category and purpose. */
export const limitedUse: Check<'limit-use'> = {
  name: 'limited-use',
  run: async (_rule, system) => {
    const read = isStored(system, sensitiveOf(system)) ? await readStored(system) : null
    return withChoices(system, async (scene) => {
      const { person, other, say, stops } = scene
      const held = categories.filter((category) => system.policy.category(category) !== null)
      const sensitive = sensitiveOf(system)
      for (const purpose of purposesOf(system, 'consent')) await say('POST', `consents/${purpose}`)
      const before = new Map<Category, Awaited<ReturnType<typeof stops>>>()
      for (const category of held) before.set(category, await stops(person, category))
      await say('POST', 'limit')
      const violations: string[] = [...(read ?? [])]
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
      return finding(sensitive.length, violations, figure, unseenOf(sensitive, read))
    })
  },
}
