import { createPopulation, type Population, type Size } from './population.ts'
import { createRandom, type Pick, uniformly, zipfian } from './random.ts'
import type { PersonalRecord, Records } from './record.ts'

export type MixName = 'controller' | 'customer' | 'processor' | 'regulator'
export type Query = keyof Records

/** Shares of the queries in each mix, in percent (paper, table 2). What it gives as one of several is shared evenly. */
export const mixes: Readonly<Record<MixName, readonly (readonly [Query, number])[]>> = {
  controller: [
    ['create', 25],
    ['deleteByPurpose', 8],
    ['deleteExpired', 8],
    ['deleteByPerson', 9],
    ['addDecision', 17],
    ['addObjections', 17],
    ['endSharing', 16],
  ],
  customer: [
    ['readDataByPerson', 20],
    ['readMetadata', 20],
    ['updateData', 20],
    ['addObjection', 20],
    ['deleteByKey', 20],
  ],
  processor: [
    ['readData', 80],
    ['readDataByPurpose', 7],
    ['readDataNotObjected', 7],
    ['readDataByDecision', 6],
  ],
  regulator: [
    ['readMetadataByPerson', 46],
    ['systemLogs', 31],
    ['countOf', 23],
  ],
}

/** One query, to be put to both sides. */
export interface Asked {
  readonly query: Query
  put(to: Records): Promise<unknown>
}

interface World {
  readonly population: Population
  readonly uniform: Pick
  /** When the records that are made now are made. */
  readonly atMs: number
  /** Lines of the log that both sides have end here. */
  readonly logUntilMs: number
}

type Ask = (world: World, pick: Pick) => Asked['put']

const minuteMs = 60_000

const asks: Readonly<Record<Query, Ask>> = {
  create: ({ population, atMs }) => {
    const record = population.newRecord(atMs)
    return (to) => to.create(record)
  },
  deleteByKey: ({ population }, pick) => {
    const { id, personId } = population.choose(pick)
    population.forget(id)
    return (to) => to.deleteByKey(id, personId)
  },
  deleteByPerson: ({ population }) => {
    const personId = population.choosePerson()
    population.forgetPerson(personId)
    return (to) => to.deleteByPerson(personId)
  },
  deleteByPurpose: ({ population }) => {
    const purpose = population.purpose()
    return (to) => to.deleteByPurpose(purpose)
  },
  deleteExpired: () => (to) => to.deleteExpired(),
  updateData: ({ population }, pick) => {
    const { id, personId } = population.choose(pick)
    return (to) => to.updateData(id, personId, population.text(id, 'what somebody really said'))
  },
  addObjection: ({ population }, pick) => {
    const { id, personId } = population.choose(pick)
    const purpose = population.purpose()
    return (to) => to.addObjection(id, personId, purpose)
  },
  addObjections: ({ population }, pick) => {
    const { personId } = population.choose(pick)
    const purpose = population.purpose()
    return (to) => to.addObjections(personId, purpose)
  },
  addDecision: ({ population }) => {
    const [purpose, decision] = [population.purpose(), population.decision()]
    return (to) => to.addDecision(purpose, decision)
  },
  endSharing: ({ population }) => {
    const partner = population.partner()
    return (to) => to.endSharing(partner)
  },
  readData: ({ population }, pick) => {
    const { id } = population.choose(pick)
    return (to) => to.readData(id)
  },
  readDataByPerson: ({ population }, pick) => {
    const { personId } = population.choose(pick)
    return (to) => to.readDataByPerson(personId)
  },
  readDataByPurpose: ({ population }) => {
    const purpose = population.purpose()
    return (to) => to.readDataByPurpose(purpose)
  },
  readDataNotObjected: ({ population }) => {
    const purpose = population.purpose()
    return (to) => to.readDataNotObjected(purpose)
  },
  readDataByDecision: ({ population }) => {
    const decision = population.decision()
    return (to) => to.readDataByDecision(decision)
  },
  readMetadata: ({ population }, pick) => {
    const { id } = population.choose(pick)
    return (to) => to.readMetadata(id)
  },
  readMetadataByPerson: ({ population }, pick) => {
    const { personId } = population.choose(pick)
    return (to) => to.readMetadataByPerson(personId)
  },
  systemLogs: ({ uniform, logUntilMs }) => {
    const fromMs = logUntilMs - (10 + uniform(1000)) * minuteMs
    return (to) => to.systemLogs(fromMs, fromMs + 10 * minuteMs)
  },
  countOf: ({ population }, pick) => {
    const { personId } = population.choose(pick)
    return (to) => to.countOf(personId)
  },
}

/** @param percent from 0 to 100, without 100 */
export const queryAt = (mix: MixName, percent: number): Query => {
  let sum = 0
  for (const [query, share] of mixes[mix]) {
    sum += share
    if (percent < sum) return query
  }
  throw new Error(`the shares of ${mix} do not sum to 100`)
}

/** Chooses what to ask, the same in each run with the same seed. */
export const createAsking = (size: Size, seed: number, nowMs: number) => {
  const random = createRandom(seed)
  const uniform = uniformly(random)
  const skewed = zipfian(random)
  const population = createPopulation(size, random, uniform)
  // Customers and regulators come back to the same few, and so do reads by key; the rest is spread evenly.
  const pickFor = (mix: MixName, query: Query): Pick =>
    mix === 'controller' || (mix === 'processor' && query !== 'readData') ? uniform : skewed
  return {
    /** The records that stand at the beginning, made in the 29 days before. */
    initial: (): PersonalRecord[] => population.initial(nowMs),
    next: (mix: MixName, atMs: number, count: number): Asked[] => {
      const world = { population, uniform, atMs, logUntilMs: nowMs }
      return Array.from({ length: count }, () => {
        const query = queryAt(mix, random() * 100)
        return { query, put: asks[query](world, pickFor(mix, query)) }
      })
    },
  }
}
