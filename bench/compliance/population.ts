import type { Pick } from './random.ts'
import type { PersonalRecord } from './record.ts'

/** How many records of which people there are before anything is asked. */
export interface Size {
  readonly people: number
  readonly recordsEach: number
  /** Characters of data in a record. */
  readonly dataLength: number
}

interface Key {
  readonly id: string
  readonly personId: string
}

/** Which people and records there are while queries are put, so that hardly any of them asks for nothing. */
export interface Population {
  initial(nowMs: number): PersonalRecord[]
  newRecord(createdAtMs: number): PersonalRecord
  choose(pick: Pick): Key
  choosePerson(): string
  forget(id: string): void
  forgetPerson(personId: string): void
  purpose(): string
  decision(): string
  partner(): string
  text(id: string, about: string): string
}

const counts = { purpose: 400, decision: 200, partner: 400 } as const
const dayMs = 86_400_000

/** @param random of the whole run; @param uniform over the same */
export const createPopulation = (size: Size, random: () => number, uniform: Pick): Population => {
  const word = (kind: keyof typeof counts): string => `${kind}-${uniform(counts[kind])}`
  let made = 0
  let people = Array.from({ length: size.people }, (_, number) => `person-${number}`)
  let keys: Key[] = []
  const text = (id: string, about: string): string => `${id} `.padEnd(size.dataLength, `${about} `)

  const newRecordOf = (personId: string, createdAtMs: number): PersonalRecord => {
    const id = `rec-${String(made++).padStart(8, '0')}`
    keys.push({ id, personId })
    const purposes = random() < 0.5 ? [word('purpose')] : [...new Set([word('purpose'), word('purpose')])]
    return {
      id,
      personId,
      data: text(id, 'what somebody said about themselves'),
      purposes,
      objections: random() < 0.1 ? purposes.slice(0, 1) : [],
      decisions: random() < 0.5 ? [word('decision')] : [],
      sharedWith: random() < 0.5 ? [word('partner')] : [],
      source: random() < 0.8 ? 'first-party' : 'third-party',
      createdAtMs,
    }
  }
  const choosePerson = (): string => people[uniform(people.length)] ?? 'nobody'

  return {
    initial: (nowMs) =>
      people.flatMap((personId) =>
        Array.from({ length: size.recordsEach }, () => newRecordOf(personId, nowMs - uniform(29 * dayMs))),
      ),
    newRecord: (createdAtMs) => newRecordOf(choosePerson(), createdAtMs),
    choose: (pick) => keys[pick(keys.length)] ?? { id: 'none', personId: 'nobody' },
    choosePerson,
    forget: (id) => {
      const at = keys.findIndex((key) => key.id === id)
      const last = keys.pop()
      if (last !== undefined && at >= 0 && at < keys.length) keys[at] = last
    },
    forgetPerson: (personId) => {
      people = people.filter((one) => one !== personId)
      keys = keys.filter((key) => key.personId !== personId)
    },
    purpose: () => word('purpose'),
    decision: () => word('decision'),
    partner: () => word('partner'),
    text,
  }
}
