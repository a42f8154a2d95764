import type { Purpose } from '@avow/policy'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ChoiceScene, changed, misreads, purposesOf, withChoices } from '../probe-choices.ts'
import { takes } from './marketing-mail.ts'

interface Word {
  readonly purpose: Purpose
  readonly state: string
  readonly supersededAt: string | null
}

/** What of the history of a purpose is not as it was said: given, then withdrawn, the first ended by the second. */
const missingHistory = async ({ world, person }: ChoiceScene, purpose: Purpose): Promise<string[]> => {
  const { body } = await world.request('GET', '/me/privacy/consents', { token: person.token })
  const words = (body as { items: readonly Word[] }).items.filter((word) => word.purpose === purpose)
  const said = words.map(({ state, supersededAt }) => `${state} ${supersededAt === null ? 'now' : 'before'}`).join(', ')
  return said === 'given before, withdrawn now' ? [] : [`of ${purpose} it is on record: ${said || 'nothing'}`]
}

/** Gives consent to one purpose and withdraws it; each thing that is then not as promised, in words. */
const withdraw = async (system: CheckedSystem, scene: ChoiceScene, purpose: Purpose): Promise<string[]> => {
  const { world, person, other, say, stops, shown } = scene
  const violations: string[] = []
  const others = await stops(other)
  await say('POST', `consents/${purpose}`)
  const given = await stops(person)
  if (given.get(purpose) !== null || !(await shown(person)).has(purpose))
    violations.push(`${purpose} does not begin with a consent`)
  await say('DELETE', `consents/${purpose}`)
  const ended = await stops(person)
  if (ended.get(purpose) === null) violations.push(`${purpose} goes on after its consent was withdrawn`)
  if ((await shown(person)).has(purpose)) violations.push(`${purpose} is shown as going on after the withdrawal`)
  violations.push(...(await misreads(scene, person)))
  for (const one of changed(given, ended))
    if (one !== purpose) violations.push(`${one} ended because the consent to ${purpose} was withdrawn`)
  if (changed(others, await stops(other)).length > 0) violations.push(`${purpose} changed for somebody else too`)
  if (purpose === 'marketing' && (await takes(system, world.tx, person, 'marketing')))
    violations.push('the mailer takes news after the withdrawal')
  return [...violations, ...(await missingHistory(scene, purpose))]
}

/** Consents and withdraws, purpose by purpose, as people do, and looks at the gate, at the mailer and at the history. */
export const consentWithdrawal: Check<'consent-withdrawal'> = {
  name: 'consent-withdrawal',
  run: (_rule, system) =>
    withChoices(system, async (scene) => {
      const asked = purposesOf(system, 'consent')
      const violations: string[] = []
      for (const purpose of asked) violations.push(...(await withdraw(system, scene, purpose)))
      const figure = `${count(asked.length, 'consent')} given and withdrawn (${asked.join(', ') || 'none'}), ${violations.length} not as promised`
      return finding(asked.length, violations, figure)
    }),
}
