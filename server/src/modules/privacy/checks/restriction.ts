import type { Purpose } from '@avow/policy'
import { choiceOf } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ChoiceScene, changed, misreads, purposesOf, withChoices } from '../probe-choices.ts'
import { takes } from './marketing-mail.ts'

/** What restricted data may still serve: claims, and the protection of others (GDPR Art. 18(2)). */
const despite: readonly Purpose[] = ['legal', 'security']

/** Whether somebody's data is still there, and theirs to see. */
const isStored = async ({ world, person }: ChoiceScene): Promise<boolean> => {
  const me = await world.request('GET', '/me', { token: person.token })
  const held = await world.request('GET', '/me/data', { token: person.token })
  return JSON.stringify(me.body).includes(person.email) && held.status === 200
}

const restrict = async (system: CheckedSystem, scene: ChoiceScene): Promise<string[]> => {
  const { world, person, other, purposes, say, stops, shown } = scene
  const [before, others] = [await stops(person), await stops(other)]
  await say('POST', 'restriction')
  const after = await stops(person)
  const seen = await shown(person)
  const silent = purposes.filter(
    (purpose) => choiceOf(system.policy, purpose) !== 'consent' && before.get(purpose) !== null,
  )
  const violations = silent.map((purpose) => `${purpose} is stopped for somebody who said nothing`)
  const wrong = purposes.flatMap((purpose) => {
    const mayGoOn = despite.includes(purpose)
    if (!mayGoOn && after.get(purpose) === null) return [`restricted data serves ${purpose}`]
    if (!mayGoOn && seen.has(purpose)) return [`restricted data is shown as serving ${purpose}`]
    return mayGoOn && after.get(purpose) !== before.get(purpose) ? [`a restriction ends ${purpose} too`] : []
  })
  violations.push(...wrong, ...(await misreads(scene, person)))
  if (!(await isStored(scene))) violations.push('a restriction takes data from the person whose it is')
  if (await takes(system, world.tx, person, 'marketing')) violations.push('the mailer takes news for who restricted')
  if (changed(others, await stops(other)).length > 0) violations.push('a restriction reaches somebody else')
  await say('DELETE', 'restriction')
  if (changed(before, await stops(person)).length > 0) violations.push('a restriction that was lifted goes on')
  return violations
}

const objectTo = async (scene: ChoiceScene, purpose: Purpose): Promise<string[]> => {
  const { person, other, say, stops } = scene
  const [before, others] = [await stops(person), await stops(other)]
  await say('POST', `objections/${purpose}`)
  const after = await stops(person)
  const violations = changed(before, after).flatMap((one) =>
    one === purpose ? [] : [`an objection to ${purpose} ends ${one}`],
  )
  if (after.get(purpose) === null) violations.push(`${purpose} goes on after an objection`)
  violations.push(...(await misreads(scene, person)))
  if (changed(others, await stops(other)).length > 0)
    violations.push(`an objection to ${purpose} reaches somebody else`)
  await say('DELETE', `objections/${purpose}`)
  if (changed(before, await stops(person)).length > 0)
    violations.push(`an objection to ${purpose} cannot be taken back`)
  return violations
}

/** Restricts and objects as people do, and looks at every purpose, at the mailer, and that nothing is lost by it. */
export const restriction: Check<'restrict'> = {
  name: 'restriction',
  run: (_rule, system) =>
    withChoices(system, async (scene) => {
      const objectable = purposesOf(system, 'objection')
      const violations = await restrict(system, scene)
      for (const purpose of objectable) violations.push(...(await objectTo(scene, purpose)))
      const figure = `${count(scene.purposes.length, 'purpose')} after a restriction, ${count(objectable.length, 'objection')} (${objectable.join(', ') || 'no purpose is open to one'}); ${violations.length} not as promised`
      return finding(scene.purposes.length, violations, figure)
    }),
}
