import { asc, gt, inArray } from 'drizzle-orm'
import { erasureLedger, type Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import type { Subject } from '../../../platform/gates/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import { eraseAll } from './erase-person.ts'
import { findLateOrganisations } from './late-rows.ts'
import { findErasuresUnderWay } from './request-store.ts'
import type { Rights } from './rights.ts'

interface Returned {
  readonly id: string
  readonly emailIndex: string
  /** When their erasure began. */
  readonly at: Date
}

/** People and organisations that are there although the ledger says that they were erased. */
export interface ReturnedSubjects {
  readonly people: readonly Returned[]
  readonly organisationIds: readonly string[]
  /** How many subjects were compared with the ledger. */
  readonly looked: number
}

const batchRows = 5000

/** When each erased subject's erasure began, by keyed hash. */
const readLedger = async (tx: Tx): Promise<ReadonlyMap<string, Date>> => {
  const begun = new Map<string, Date>()
  for (let after = ''; ; ) {
    const rows = await tx
      .select()
      .from(erasureLedger)
      .where(gt(erasureLedger.id, after))
      .orderBy(asc(erasureLedger.id))
      .limit(batchRows)
    for (const { subjectHash, at } of rows) begun.set(subjectHash, at)
    const last = rows.at(-1)
    if (last === undefined) return begun
    after = last.id
  }
}

/** Compares everyone who is there with the ledger; only keyed hashes are compared. */
export const findReturned = async (
  { vault, accounts }: Pick<Rights, 'vault' | 'accounts'>,
  tx: Tx,
): Promise<ReturnedSubjects> => {
  const ledger = await readLedger(tx)
  const begunOf = (id: string) => ledger.get(vault.keyedHash('erasure', id))
  const [people, organisationIds]: [Returned[], string[]] = [[], []]
  let looked = 0
  for await (const subjects of accounts.everyone(tx, batchRows)) {
    looked += subjects.length
    for (const { kind, id, emailIndex } of ledger.size === 0 ? [] : subjects) {
      const at = begunOf(id)
      if (at === undefined) continue
      if (kind === 'organisation') organisationIds.push(id)
      else people.push({ id, emailIndex, at })
    }
  }
  return { people, organisationIds, looked }
}

/** Of these people and organisations, those whose erasure has begun. */
export const findErased = async (
  { vault }: Pick<Rights, 'vault'>,
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set()
  const idOf = new Map(ids.map((id) => [vault.keyedHash('erasure', id), id]))
  const rows = await tx
    .select({ subjectHash: erasureLedger.subjectHash })
    .from(erasureLedger)
    .where(inArray(erasureLedger.subjectHash, [...idOf.keys()]))
  return new Set(rows.flatMap(({ subjectHash }) => idOf.get(subjectHash) ?? []))
}

const erased = async (rights: Rights, subject: Subject): Promise<boolean> => {
  if ((await eraseAll(rights, null, subject)) === 'held') return false
  const ids = [subject.personId, ...subject.organisationIds].filter((id) => id !== nobodysId)
  for (const id of ids) await rights.subjectKeys.shred(rights.database.direct, id)
  return true
}

const nobodysId = ''

/** An erasure that was under way goes on by itself; only the access is cut again here. */
const cutAccess = (rights: Rights, personId: string): Promise<unknown> =>
  rights.database.transaction((tx) => rights.accounts.close(tx, personId))

/**
 * Erases again who came back with a restored backup, and what came late of who is erased. What a hold covers stays, and goes by a later call when the hold has
 * ended. Safe to repeat.
 * @returns how many subjects are gone
 */
export const replayErasures = async (rights: Rights): Promise<number> => {
  const { clock, database } = rights
  const { people, organisationIds } = await findReturned(rights, database.direct)
  const underWay = await findErasuresUnderWay(database.direct)
  let gone = 0
  for (const { id, emailIndex, at } of people) {
    if (underWay.people.has(id)) await cutAccess(rights, id)
    else {
      const { formerAddresses } = await rights.accounts.belongings(database.direct, id)
      const subject = { personId: id, addresses: [emailIndex], formerAddresses, organisationIds: [], until: at }
      if (await erased(rights, subject)) gone++
    }
  }
  const late = await findLateOrganisations(rights, database.direct, await readLedger(database.direct))
  for (const id of [...organisationIds, ...late].filter((one) => !underWay.organisations.has(one))) {
    const subject = { personId: nobodysId, addresses: [], organisationIds: [id], until: clock.now() }
    if (await erased(rights, subject)) gone++
  }
  if (gone > 0) {
    const decision = { gate: 'erasure', decision: 'done', rule: 'repeated', counted: gone } as const
    await database.transaction((tx) => recordDecision(tx, clock, decision))
  }
  return gone
}

const repeatErasuresJob = 'repeat-erasures'

/** A hold may have kept what a restore brought back, and usage may have come from a gateway's disk after an erasure. */
export const createRepeatErasuresJob = (rights: Rights): Job => ({
  name: repeatErasuresJob,
  readsFor: ['legal'],
  cron: '35 * * * *',
  run: async () => {
    await replayErasures(rights)
  },
})
