import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Attack, floodKinds } from '../../../platform/gates/index.ts'
import { newId } from '../../../platform/ids.ts'
import { type AlertDetails, type Alerts, placeOf } from './alerts.ts'
import { securityAlert } from './tables.ts'

/** The same attack from the same source is one alert until it pauses for this long. */
const quietMs = 3_600_000

const words: Readonly<Record<Attack['kind'], string>> = {
  'sign-in-guessing': 'Somebody guesses passwords',
  'key-guessing': 'Somebody guesses API keys',
  'privilege-probing': 'Somebody with an account tries what is not theirs',
  'key-stuffing': 'Many different API keys that nobody has are tried from one address',
  'id-walking': 'Somebody from one address asks for much that is not there',
  'request-flood': 'A flood of requests comes from one address',
  'sudden-spend': 'Spending is far above what is usual',
}

const isFlood = (kind: Attack['kind']): boolean => floodKinds.some((one) => one === kind)
const mayBlock = (kind: Attack['kind']): boolean => isFlood(kind) || kind === 'sudden-spend'

/** Who is told: the security contact of the policy; where it names none, or `account: operator`, the operators. */
const addresses = async (deps: Alerts, tx: Tx): Promise<{ to: string; about: string | null }[]> => {
  const contact = deps.policy.source.contacts.security?.email
  if (contact !== undefined) return [{ to: contact, about: null }]
  const found: { to: string; about: string | null }[] = []
  for (const personId of await deps.accounts.staffIn(tx, ['operator'])) {
    const to = await deps.accounts.addressOf(tx, personId)
    if (to !== null) found.push({ to, about: personId })
  }
  return found
}

/** What those are told who watch over attacks. */
export interface WatchersMail {
  readonly subject: string
  readonly about: string
  /** Lines for the CLI. */
  readonly commands: string
}

/** @param id of the alert or the block that it is about */
export const tellWatchers = async (deps: Alerts, tx: Tx, id: string, mail: WatchersMail): Promise<void> => {
  const url = `${deps.publicUrl()}/operate/alerts`
  for (const { to, about } of await addresses(deps, tx))
    await deps.mailer.write(tx, {
      to,
      about: about ?? id,
      kind: 'staff',
      subject: mail.subject,
      text: [mail.about, `${id}. Look at it, and say that you did:`, mail.commands, url].join('\n\n'),
      links: [url],
    })
}

const toldOf = (attack: Attack): string => {
  const { kind, count, lastAt } = attack
  const counted = `${count} ${isFlood(kind) ? 'requests' : 'refused tries'}, the last at ${lastAt.toISOString()}`
  return attack.words ?? `${words[kind]}: ${counted}.${isFlood(kind) ? '' : ' Each was refused.'}`
}

const writeMails = (deps: Alerts, tx: Tx, id: string, attack: Attack): Promise<void> =>
  tellWatchers(deps, tx, id, {
    subject: `Security alert: ${attack.kind}`,
    about: toldOf(attack),
    commands: `${mayBlock(attack.kind) ? 'avow block list\n' : ''}avow alert list\navow alert acknowledge ${id}`,
  })

/** Goes on counting an attack that nobody acknowledged and that did not pause. @returns whether there was one */
const countOn = async (tx: Tx, attack: Attack, sourceHash: string): Promise<boolean> => {
  const same = and(
    eq(securityAlert.kind, attack.kind),
    eq(securityAlert.sourceHash, sourceHash),
    isNull(securityAlert.acknowledgedAt),
    gt(securityAlert.lastAt, new Date(attack.lastAt.getTime() - quietMs)),
  )
  const [open] = await tx.select().from(securityAlert).where(same).orderBy(desc(securityAlert.lastAt)).limit(1)
  if (open === undefined) return false
  const set = { count: open.count + attack.count, lastAt: attack.lastAt }
  await tx.update(securityAlert).set(set).where(eq(securityAlert.id, open.id))
  return true
}

/** Of two processes that see the same attack one goes on. @returns what tells its source apart, from which nobody can be read */
export const lockSource = async (tx: Tx, { vault }: Alerts, { kind, source }: Attack): Promise<string> => {
  const sourceHash = vault.keyedHash('alert', `${kind}\0${source}`)
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${sourceHash}, 0))`)
  return sourceHash
}

/** The same in a transaction that does more. */
export const raiseAlertIn = async (tx: Tx, deps: Alerts, attack: Attack): Promise<void> => {
  const { clock, vault } = deps
  const sourceHash = await lockSource(tx, deps, attack)
  if (await countOn(tx, attack, sourceHash)) return
  const id = newId('alt', clock)
  const details: AlertDetails = { ipAddress: attack.ipAddress, note: null }
  await tx.insert(securityAlert).values({
    id,
    kind: attack.kind,
    source: attack.from,
    sourceHash,
    personId: attack.personId,
    aboutId: attack.aboutId ?? null,
    count: attack.count,
    firstAt: attack.firstAt,
    lastAt: attack.lastAt,
    raisedAt: clock.now(),
    sealedDetails: await vault.sealFor(id, placeOf(id), JSON.stringify(details)),
  })
  await recordDecision(tx, clock, { gate: 'incident', decision: 'done', rule: `alert(${attack.kind})` })
  await writeMails(deps, tx, id, attack)
}

/** Writes an alert and tells those who are to know, or counts on with the one that there is. */
export const raiseAlert = (deps: Alerts, attack: Attack): Promise<void> =>
  deps.database.transaction((tx) => raiseAlertIn(tx, deps, attack))
