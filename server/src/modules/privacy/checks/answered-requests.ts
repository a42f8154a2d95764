import { addDuration, parseDuration } from '@avow/policy'
import { listMail } from '../../../platform/mail/index.ts'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import type { ProbePerson } from '../probe-people.ts'
import { type ProbeRights, withRights } from '../probe-rights.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'

interface Answered {
  readonly id: string
  readonly state: string
  readonly dueAt: string
  readonly denialGround: string | null
  readonly answer: string | null
  readonly appealPath: string | null
}

/** Somebody of the operator, with a session that may act. */
const joinStaff = async (world: ProbeRights, system: CheckedSystem): Promise<string> => {
  const officer = await world.join()
  await makeStaff(world, system, officer)
  const { signedIn } = await addSecondFactor(world, system, officer)
  return (signedIn.body as { token?: string } | null)?.token ?? ''
}

const asked = async (world: ProbeRights, { token }: ProbePerson): Promise<Answered> => {
  const body = { kind: 'access', details: 'The probe asks for everything.' }
  return (await world.request('POST', '/me/requests', { token, body })).body as Answered
}

const decide = (world: ProbeRights, token: string, id: string, verb: 'deny' | 'extend' | 'complete', body: object) =>
  world.request('POST', `/privacy/requests/${id}/${verb}`, { token, body })

const seenBy = async (world: ProbeRights, { token }: ProbePerson, id: string): Promise<Answered> =>
  (await world.request('GET', `/me/requests/${id}`, { token })).body as Answered

const wasTold = async (world: ProbeRights, person: ProbePerson, text: string): Promise<boolean> =>
  (await listMail(world.tx, world.rights.vault, { to: person.email, kind: 'rights', limit: 20 })).some((mail) =>
    mail.text.includes(text),
  )

const tryExtension = async (
  world: ProbeRights,
  system: CheckedSystem,
  person: ProbePerson,
  staff: string,
): Promise<string[]> => {
  const first = await asked(world, person)
  const more = system.policy.source.rights.access?.extension
  const silent = await decide(world, staff, first.id, 'extend', {})
  const reason = 'The probe takes longer, for a reason.'
  const answer = await decide(world, staff, first.id, 'extend', { reason })
  const length = more === undefined ? null : parseDuration(more)
  if (length === null) return answer.status >= 400 ? [] : ['time was taken that the policy does not give']
  const seen = await seenBy(world, person, first.id)
  const due = addDuration(new Date(first.dueAt), length).toISOString()
  return [
    ...(silent.status >= 400 ? [] : ['a request was extended without a reason']),
    ...(seen.dueAt === due ? [] : ['an extension is not that of the policy']),
    ...(seen.answer === reason ? [] : ['the person does not see why it takes longer']),
    ...((await wasTold(world, person, reason)) ? [] : ['the person was not told why it takes longer']),
    ...((await decide(world, staff, first.id, 'extend', { reason })).status >= 400
      ? []
      : ['a request was extended twice']),
  ]
}

const tryDenial = async (world: ProbeRights, person: ProbePerson, staff: string): Promise<string[]> => {
  const { id } = await asked(world, person)
  const silent = [
    await decide(world, staff, id, 'deny', {}),
    await decide(world, staff, id, 'deny', { ground: 'excessive' }),
  ]
  const reason = 'The probe refuses, for a reason.'
  await decide(world, staff, id, 'deny', { ground: 'excessive', reason })
  const seen = await seenBy(world, person, id)
  return [
    ...(silent.every(({ status }) => status >= 400) ? [] : ['a request was refused without a reason']),
    ...(seen.state === 'denied' && seen.answer === reason && seen.denialGround === 'excessive'
      ? []
      : ['the person does not see why they were refused']),
    ...(seen.appealPath === null ? ['the person does not see how to appeal'] : []),
    ...((await wasTold(world, person, reason)) ? [] : ['the person was not told why they were refused']),
    ...((await wasTold(world, person, 'You can appeal')) ? [] : ['the person was not told how to appeal']),
  ]
}

/** Refuses and extends requests of a probe person, with a reason and without, and looks at what the person learns. */
export const explainedDenials: Check<'denials-explained'> = {
  name: 'explained-denials',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const staff = await joinStaff(world, system)
      const violations = [
        ...(await tryExtension(world, system, person, staff)),
        ...(await tryDenial(world, person, staff)),
      ]
      return finding(5, violations, '2 requests refused and extended, with a reason and without')
    }),
}

/** One of the operator refuses; the appeal goes to that one, to the person, and to another. */
export const appealsApart: Check<'appeal-apart'> = {
  name: 'appeals-apart',
  run: (_rule, system) =>
    withRights(system, async (world) => {
      const person = await world.join()
      const [first, second] = [await joinStaff(world, system), await joinStaff(world, system)]
      const { id } = await asked(world, person)
      await decide(world, first, id, 'deny', { ground: 'unfounded', reason: 'The probe refuses.' })
      const appeal = await world.request('POST', `/me/requests/${id}/appeal`, {
        token: person.token,
        body: { details: 'The probe does not agree.' },
      })
      const opened = appeal.body as Answered
      const answer = { answer: 'The probe decides again.' }
      const byFirst = await decide(world, first, opened.id, 'complete', answer)
      const bySecond = await decide(world, second, opened.id, 'complete', answer)
      const again = await seenBy(world, person, id)
      const right = system.policy.source.rights.appeal?.deadline
      const length = right === undefined ? null : parseDuration(right)
      const violations = [
        ...(appeal.status === 201 ? [] : ['an appeal was not taken']),
        ...(byFirst.code === 'policy_refused' ? [] : ['the one who refused decided on the appeal']),
        ...(bySecond.status === 200 ? [] : ['another person cannot decide on an appeal']),
        ...(again.state === 'waiting' ? [] : ['a granted appeal changes nothing']),
        ...(length !== null && Date.parse(opened.dueAt) > addDuration(system.clock.now(), length).getTime()
          ? ['an appeal is due later than the policy says']
          : []),
      ]
      return finding(2, violations, '1 appeal, decided by 1 of 2: not by the one who had refused')
    }),
}
