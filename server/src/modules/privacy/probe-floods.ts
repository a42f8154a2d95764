import { eq } from 'drizzle-orm'
import {
  createStrangerDoor,
  createStrangers,
  type FloodRule,
  type FloodRules,
  floodKinds,
  type StrangerDoor,
  type Strangers,
} from '../../platform/gates/index.ts'
import { securityAlert } from './alerts/tables.ts'
import { hashSource, listInForce, recordFlood } from './blocks/index.ts'
import { addressBlock } from './blocks/tables.ts'
import type { CheckedSystem } from './check.ts'
import { type ShowKey, withKeyDoor } from './probe-keys.ts'
import { type ProbePerson, type ProbeWorld, withModule } from './probe-people.ts'
import { addSecondFactor, makeStaff } from './probe-roles.ts'

/** The rules of this installation, with fewer requests: what counts them is the same. */
const few: FloodRule = { times: 6, withinMs: 60_000 }
const fewOf = ({ rules, blockMs }: FloodRules): FloodRules => ({
  rules: {
    'key-stuffing': rules['key-stuffing'] === null ? null : few,
    'id-walking': rules['id-walking'] === null ? null : few,
    'request-flood': rules['request-flood'] === null ? null : { ...few, times: 3 * few.times },
  },
  blockMs,
})

/** Documentation addresses (RFC 5737), one a flood, and one from which nobody floods. */
const floodedFrom = { 'key-stuffing': '198.51.100.1', 'id-walking': '198.51.100.2', 'request-flood': '198.51.100.3' }
const quiet = '198.51.100.9'

interface Flooded {
  readonly strangers: Strangers
  readonly person: ProbePerson
  readonly show: ShowKey
}

const isHeldOff = async (answer: Promise<{ status: number; retryAfter: number }>): Promise<boolean> => {
  const { status, retryAfter } = await answer
  return status === 429 && retryAfter > 0
}

/** A request of somebody, or of nobody, to the control plane. */
const ask = async (world: ProbeWorld, path: string, from: string, token?: string) => {
  const answer = await world.request('GET', path, { from, ...(token === undefined ? {} : { token }) })
  return { status: answer.status, retryAfter: Number(answer.headers['retry-after'] ?? 0) }
}

const publicPath = '/policy'

const stuffKeys = async (world: ProbeWorld, { strangers, person, show }: Flooded): Promise<string[]> => {
  const from = floodedFrom['key-stuffing']
  const path = `/projects/${person.projectId}/keys`
  const made = await world.request('POST', path, { token: person.token, body: { name: 'probe' } })
  const { secret } = made.body as { secret: string }
  await show(secret, from)
  for (let n = 0; n < few.times; n += 1) await show(`avow-probe-${n}`, from)
  await strangers.flush()
  return [
    ...((await isHeldOff(show('avow-probe-next', from)))
      ? []
      : ['different keys can be tried from one address without end']),
    ...((await show(secret, from)).status === 200 ? [] : ['a block stops a key that was used before']),
    ...((await show('avow-probe-other', quiet)).status === 401 ? [] : ['a block stops other addresses']),
  ]
}

const walkIds = async (world: ProbeWorld, { strangers }: Flooded): Promise<string[]> => {
  const from = floodedFrom['id-walking']
  for (let n = 0; n < few.times; n += 1) await world.request('POST', `/blocks/none-${n}/review`, { from })
  await strangers.flush()
  return (await isHeldOff(ask(world, publicPath, from))) ? [] : ['what is not there can be walked through without end']
}

const flood = async (world: ProbeWorld, { strangers, person }: Flooded): Promise<string[]> => {
  const from = floodedFrom['request-flood']
  await ask(world, '/me', from, person.token)
  for (let n = 0; n < 3 * few.times; n += 1) await ask(world, publicPath, from)
  await strangers.flush()
  return [
    ...((await isHeldOff(ask(world, publicPath, from))) ? [] : ['one address can flood the control plane']),
    ...((await isHeldOff(ask(world, '/me', from, 'made-up'))) ? [] : ['a made-up session opens a block']),
    ...((await ask(world, '/me', from, person.token)).status === 200 ? [] : ['a block stops who was signed in before']),
    ...((await ask(world, publicPath, quiet)).status === 429 ? ['a block stops other addresses'] : []),
  ]
}

/** Each block stands with its inputs and an alert; the affected can ask for a review, and a person can lift it. */
const review = async (world: ProbeWorld, system: CheckedSystem, { strangers, person }: Flooded): Promise<string[]> => {
  const from = floodedFrom['request-flood']
  const id = strangers.blockOf(from)?.id
  if (id === undefined) return []
  const [row] = await world.tx.select().from(addressBlock).where(eq(addressBlock.id, id))
  const [alert] = await world.tx.select().from(securityAlert).where(eq(securityAlert.kind, 'request-flood'))
  const asked = await world.request('POST', `/blocks/${id}/review`, { from })
  await makeStaff(world, system, person)
  const { token } = (await addSecondFactor(world, system, person)).signedIn.body as { token: string }
  const lifted = await world.request('POST', `/operate/blocks/${id}/lift`, { token, body: { note: 'an honest crowd' } })
  strangers.take(await listInForce(world.tx, system.clock.now()))
  return [
    ...(row?.count === row?.times && row?.sealedDetails !== null ? [] : ['a block stands without what was counted']),
    ...(alert === undefined ? ['a flood raises no alert'] : []),
    ...(asked.status === 200 ? [] : ['nobody behind a block can ask for a review']),
    ...(lifted.status === 200 && (await ask(world, publicPath, from)).status !== 429
      ? []
      : ['a person cannot lift a block']),
  ]
}

export interface FloodsFound {
  /** Kinds of floods that were tried. */
  readonly tried: number
  readonly violations: readonly string[]
  /** What the settings switch off, in words; null: nothing. */
  readonly off: string | null
}

const switchedOff = ({ rules, blockMs }: FloodRules): string | null => {
  const off = floodKinds.filter((kind) => rules[kind] === null)
  if (blockMs === null) return 'floods are only told of (AVOW_FLOOD_BLOCK is off)'
  return off.length === 0 ? null : `the settings do not count ${off.join(' and ')}`
}

/** Floods of strangers at the real doors of a world of which nothing remains. */
export const probeFloods = async (system: CheckedSystem): Promise<FloodsFound> => {
  const off = switchedOff(system.floods)
  if (off !== null) return { tried: 0, violations: [], off }
  const log = system.logTo({ write: () => undefined })
  const floods = fewOf(system.floods)
  let world: ProbeWorld | undefined
  const strangers = createStrangers({
    ...{ clock: system.clock, log, floods, hashOf: hashSource(system) },
    tell: (seen) => {
      if (world === undefined) throw new Error('nobody floods yet')
      const { database, identity } = world
      const parts = { ...system, database, accounts: identity.api.accounts, publicUrl: () => 'http://127.0.0.1' }
      return recordFlood({ ...parts, blockMs: floods.blockMs }, seen)
    },
  })
  const door: StrangerDoor = createStrangerDoor(strangers, system.clock.nowMs, () => false)
  return withModule(
    system,
    async (made) => {
      world = made
      const person = await made.join()
      return withKeyDoor(made, system, { keyRefused: () => undefined, strangers }, async (show) => {
        const flooded = { strangers, person, show }
        const violations = [
          ...(await stuffKeys(made, flooded)),
          ...(await walkIds(made, flooded)),
          ...(await flood(made, flooded)),
          ...(await review(made, system, flooded)),
        ]
        return { tried: floodKinds.length, violations: [...new Set(violations)], off: null }
      })
    },
    { door },
  )
}
