import type { Category, CompiledPolicy, Purpose } from '@avow/policy'
import {
  type Cell,
  createColumnReader,
  type MappedColumn,
  makeReading,
  type Reader,
  type Reading,
  type Readings,
} from '../db/index.ts'
import { Refusal } from '../http/problem.ts'
import { type Stop, stopOf } from './standing.ts'
import { type PersonStanding, readSaid, readStandings } from './standing-store.ts'

/** The only way to read personal data: every reader says what for, and what the policy does not list is refused. */
export interface PurposeGate extends Readings {
  /** Whether the policy lets data of this category be used for this purpose. */
  allows(purpose: Purpose, category: Category): boolean
  /** @throws Refusal policy_refused */
  require(purpose: Purpose, category: Category): void
  /** Whether what a person said stops this use of their data now; null when it does not. */
  stop(tx: Reader, personId: string, purpose: Purpose, category?: Category): Promise<Stop | null>
  /** Of these people, whom a reader of rows that are not sealed must leave out. */
  leftOut(tx: Reader, personIds: readonly string[], purpose: Purpose, category?: Category): Promise<ReadonlySet<string>>
  /** The same gate, whose refusals are told to this function and not recorded: for whoever finds out whether it refuses. */
  rehearsed(onRefused: (rule: string) => void): PurposeGate
}

interface GateDeps {
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  /** Told of each refusal, to record it. */
  readonly onRefused: (rule: string) => void
}

/** Statements whose columns are remembered; a program has a few hundred. */
const rememberedMax = 5000

/** What a person could say against a purpose, all at once. */
const everythingSaid = (purpose: Purpose): PersonStanding => ({
  restricted: true,
  limited: true,
  objected: new Set(),
  consents: new Map([[purpose, 'withdrawn']]),
})

/** Whether nothing that people say stops this purpose for this category: then nobody need be asked. */
const isBeyondChoice = (policy: CompiledPolicy, purpose: Purpose, category: Category): boolean =>
  stopOf(policy, everythingSaid(purpose), purpose, category) === null

const createDecisions = ({ policy, map, onRefused }: GateDeps) => {
  const allows = (purpose: Purpose, category: Category): boolean =>
    category === 'system' ||
    (policy.purposes.has(purpose) && (policy.category(category)?.purposes.has(purpose) ?? false))
  const refuse = (what: string, purposes: readonly Purpose[], words: string): never => {
    onRefused(`purpose(${what}, ${purposes.join('+') || 'none'})`)
    throw new Refusal('policy_refused', `The policy does not let ${words}.`)
  }
  const categoriesAt = new Map(map.map(({ table, column, category }) => [`${table}.${column}`, category] as const))
  return {
    allows,
    refuse,
    require: (purposes: readonly Purpose[], category: Category): void => {
      if (!purposes.some((purpose) => allows(purpose, category)))
        refuse(category, purposes, `${category} be used for ${purposes.join(' or ') || 'no stated purpose'}`)
    },
    categoryAt: ({ place }: Cell): Category => {
      const category = categoriesAt.get(`${place.table}.${place.column}`)
      return (
        category ??
        refuse(`${place.table}.${place.column}`, [], `${place.table}.${place.column} be read: no map has it`)
      )
    },
  }
}

type Decisions = ReturnType<typeof createDecisions>

/** The categories that each statement reads, remembered by its text. */
const createStatementMemory = (map: readonly MappedColumn[]): ((statement: string) => readonly Category[]) => {
  const columnsOf = createColumnReader(map)
  const remembered = new Map<string, readonly Category[]>()
  return (statement) => {
    const known = remembered.get(statement)
    if (known !== undefined) return known
    const found = [...new Set(columnsOf(statement).map(({ category }) => category))]
    const [oldest] = remembered.keys()
    if (remembered.size >= rememberedMax && oldest !== undefined) remembered.delete(oldest)
    remembered.set(statement, found)
    return found
  }
}

const nobodySaid: ReadonlyMap<string, PersonStanding> = new Map()

/** Which sealed values may be opened, after asking what their people said. */
const createCellQuestion = (policy: CompiledPolicy, decisions: Decisions, duty: () => Reading) => {
  const known = new Map<Category, { readonly serving: readonly Purpose[]; readonly isBeyond: boolean }>()
  /** Of a reader's purposes, those that this category serves; the same for each of its cells. */
  const servingOf = (category: Category, purposes: readonly Purpose[]) => {
    const before = known.get(category)
    if (before !== undefined) return before
    decisions.require(purposes, category)
    const serving = purposes.filter((purpose) => decisions.allows(purpose, category))
    const found = { serving, isBeyond: serving.some((purpose) => isBeyondChoice(policy, purpose, category)) }
    known.set(category, found)
    return found
  }
  return async (
    tx: Reader,
    cells: readonly Cell[],
    { purposes, onBehalfOf }: Pick<Reading, 'purposes' | 'onBehalfOf'>,
  ) => {
    const asked = cells.map((cell) => {
      const category = decisions.categoryAt(cell)
      const { serving, isBeyond } = servingOf(category, purposes)
      const isFree = cell.subject === onBehalfOf || isBeyond
      // Words of somebody else say nothing here: then the right ones are asked for.
      const said = cell.said?.[0] === cell.subject ? cell.said : undefined
      return { subject: cell.subject, said, category, serving, isFree }
    })
    const unknown = asked.filter(({ isFree, said }) => !isFree && said === undefined).map(({ subject }) => subject)
    const found = unknown.length === 0 ? nobodySaid : await readStandings(tx.as(duty()), unknown)
    return asked.map(({ subject, said, category, serving, isFree }) => {
      if (isFree) return true
      const standing = said === undefined ? found.get(subject) : readSaid(said)
      return serving.some((purpose) => stopOf(policy, standing, purpose, category) === null)
    })
  }
}

/** @param deps.onRefused told of each refusal, to record it */
export const createPurposeGate = (deps: GateDeps): PurposeGate => {
  const { policy, map } = deps
  const gateDecisions = createDecisions(deps)
  const categoriesIn = createStatementMemory(map)
  const duty: Readings['duty'] = () => {
    const free: Reading = makeReading({
      purposes: [],
      onBehalfOf: null,
      open: () => undefined,
      admit: () => undefined,
      admitCells: async (_tx, cells) => cells.map(() => true),
      by: () => free,
      duty: () => free,
      rehearsed: () => free,
    })
    return free
  }
  const readingFor = (
    purposes: readonly Purpose[],
    onBehalfOf: string | null,
    decisions: Decisions = gateDecisions,
  ): Reading => {
    const openable = createCellQuestion(policy, decisions, () => duty('standing'))
    const open = (): void => {
      const unknown = purposes.filter((purpose) => !policy.purposes.has(purpose))
      if (purposes.length === 0) decisions.refuse('any', purposes, 'anything be read without a purpose')
      if (unknown.length > 0)
        decisions.refuse('any', unknown, `data be used for ${unknown.join(' or ')}: it has no such purpose`)
    }
    return makeReading({
      purposes,
      onBehalfOf,
      open,
      admit: (statement) => {
        open()
        for (const category of categoriesIn(statement)) decisions.require(purposes, category)
      },
      admitCells: (tx, cells) => openable(tx, cells, { purposes, onBehalfOf }),
      duty,
      by: (personId) => readingFor(purposes, personId, decisions),
      rehearsed: (onRefused) => readingFor(purposes, onBehalfOf, createDecisions({ ...deps, onRefused })),
    })
  }
  const saidBy = (tx: Reader, personIds: readonly string[]) => readStandings(tx.as(duty('standing')), personIds)
  return {
    allows: gateDecisions.allows,
    require: (purpose, category) => gateDecisions.require([purpose], category),
    stop: async (tx, personId, purpose, category) =>
      stopOf(policy, (await saidBy(tx, [personId])).get(personId), purpose, category),
    leftOut: async (tx, personIds, purpose, category) => {
      const said = await saidBy(tx, personIds)
      return new Set(personIds.filter((id) => stopOf(policy, said.get(id), purpose, category) !== null))
    },
    for: (purposes) => readingFor(purposes, null),
    duty,
    rehearsed: (onRefused) => createPurposeGate({ ...deps, onRefused }),
  }
}
