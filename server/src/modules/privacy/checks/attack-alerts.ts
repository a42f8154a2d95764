import { addDuration, parseDuration } from '@avow/policy'
import { and, isNull, sql } from 'drizzle-orm'
import { mailOutbox } from '../../../platform/db/index.ts'
import {
  attackKinds,
  attackRules,
  createAttackWatch,
  guessedKey,
  type Suspicion,
} from '../../../platform/gates/index.ts'
import { raiseAlert } from '../alerts/index.ts'
import { securityAlert } from '../alerts/tables.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withKeyDoor } from '../probe-keys.ts'
import { type ProbeWorld, withModule } from '../probe-people.ts'
import { makeStaff } from '../probe-roles.ts'

/** More tries than any rule allows. */
const tries = 1 + Math.max(...attackKinds.flatMap((kind) => Object.values(attackRules[kind]).map(({ times }) => times)))

const guessPasswords = async (world: ProbeWorld, email: string): Promise<void> => {
  for (let n = 0; n < tries; n += 1) await world.signIn(email, `a wrong guess, number ${n}`)
}

/** Somebody signed in asks for another's organisation. */
const probePrivileges = async (world: ProbeWorld, token: string, organisationId: string): Promise<void> => {
  for (let n = 0; n < tries; n += 1) await world.request('GET', `/organisations/${organisationId}/members`, { token })
}

/** Tries keys at the real gateway's door. */
const guessKeys = (world: ProbeWorld, system: CheckedSystem, note: (one: Suspicion) => void): Promise<void> =>
  withKeyDoor(world, system, { keyRefused: (ipAddress) => note(guessedKey(ipAddress)) }, async (show) => {
    for (let n = 0; n < tries; n += 1) await show(`avow-probe-${n}`)
  })

/** One after the other, as somebody would who looks for a way in. */
const attack = async (world: ProbeWorld, system: CheckedSystem, note: (one: Suspicion) => void): Promise<void> => {
  const [victim, intruder] = [await world.join(), await world.join()]
  await probePrivileges(world, intruder.token, victim.organisationId)
  await guessPasswords(world, victim.email)
  await guessKeys(world, system, note)
}

/** Attacks in a world of which nothing remains, and looks whether each raised an alert in time and a mail. */
export const attackAlerts: Check<'attack-alerts'> = {
  name: 'attack-alerts',
  run: async (rule, system) => {
    const within = parseDuration(String(rule.parameters.within))
    const suspicions: Suspicion[] = []
    const note = (one: Suspicion): void => void suspicions.push(one)
    return withModule(
      system,
      async (world) => {
        const parts = { ...system, database: world.database, accounts: world.identity.api.accounts }
        const watch = createAttackWatch({
          clock: system.clock,
          log: system.logTo({ write: () => undefined }),
          tell: (found) => raiseAlert({ ...parts, publicUrl: () => 'http://127.0.0.1' }, found),
          soon: () => undefined,
        })
        // Somebody to be told, also where nobody runs the installation yet.
        await makeStaff(world, system, await world.join())
        const before = await world.tx.$count(mailOutbox, sql`kind = 'staff'`)
        await attack(world, system, note)
        for (const one of suspicions) watch.note(one)
        await watch.flush()
        const begun = new Date(system.clock.nowMs() - 60_000)
        const alerts = await world.tx
          .select()
          .from(securityAlert)
          .where(and(isNull(securityAlert.acknowledgedAt), sql`${securityAlert.lastAt} >= ${begun.toISOString()}`))
        const missing = attackKinds.filter((kind) => !alerts.some((alert) => alert.kind === kind))
        const late = alerts.filter((alert) => within === null || alert.raisedAt > addDuration(alert.lastAt, within))
        const mails = (await world.tx.$count(mailOutbox, sql`kind = 'staff'`)) - before
        const violations = [
          ...missing.map((kind) => `no alert of ${kind}`),
          ...late.map(({ kind }) => `an alert of ${kind} came later than ${String(rule.parameters.within)}`),
          ...(alerts.length > 0 && mails === 0 ? ['nobody was told of an alert'] : []),
        ]
        const figure = `${attackKinds.length} attacks of ${tries} tries each, ${count(alerts.length, 'alert')}, ${count(mails, 'mail')}`
        return finding(suspicions.length, violations, figure)
      },
      { suspect: note },
    )
  },
}
