import type { Purpose } from '@avow/policy'
import type { Tx } from './database.ts'

/**
 * What a policy or a law makes this installation do with data of every category, whatever it is held for. Each has a gate or
 * a check of its own that leaves records.
 */
export type Duty =
  | 'rights' // give people what is theirs, or do with it what they ask
  | 'retention'
  | 'disclosure' // hand out what law compels, after a second person's approval
  | 'record' // write down to whom data went, whatever it was used for; nothing is given out
  | 'standing' // look up what people said about the use of their data
  | 'settle' // find out which policy is in force: only then is there a gate
  | 'check' // find out whether the policy is kept; nothing but figures leaves

/** What a person said about the use of their data, as `said_by` of the database has it: their id, then a text for each word. */
export type Said = readonly string[]

/** A sealed value: whose it is, and the column that it is in. */
export interface Cell {
  readonly subject: string
  readonly place: { readonly table: string; readonly column: string }
  /** Of the subject, read with the value; without it they are asked about. */
  readonly said?: Said
}

declare const made: unique symbol

/** What a connection reads personal data for. Only the purpose gate makes them. */
export interface Reading {
  readonly [made]: true
  /** Empty for a duty. */
  readonly purposes: readonly Purpose[]
  /** The person for whose own request this is; null: nobody's. */
  readonly onBehalfOf: string | null
  /** Asked when a transaction or a request begins. @throws Refusal policy_refused for a purpose that the policy lacks */
  open(): void
  /** Asked before each statement. @throws Refusal policy_refused when it reads a column for a purpose that is not its */
  admit(statement: string): void
  /**
   * Which of these values may be opened: not those of people who said no. @param tx where to look up what they said
   * @throws Refusal policy_refused for a category that does not serve these purposes
   */
  admitCells(tx: Reader, cells: readonly Cell[]): Promise<readonly boolean[]>
  /** The same for a request of this person's own. */
  by(personId: string): Reading
  /** For a duty of a gate, on the caller's connection. */
  duty(duty: Duty): Reading
  /** The same, whose refusals are told to this function and not recorded: for whoever finds out whether it refuses. */
  rehearsed(onRefused: (rule: string) => void): Reading
}

/** Whatever reads: it says what for. */
export type Reader = Pick<Tx, 'reading' | 'as'>

/** Gives those who say what for a way to read. */
export interface Readings {
  for(purposes: readonly Purpose[]): Reading
  duty(duty: Duty): Reading
}

/** For whoever opens a database to work below the gates: it can read nothing about people. */
export const noReadings: Readings = {
  for: () => noReading,
  duty: () => noReading,
}

/** The purpose gate's way to make one. */
export const makeReading = (parts: Omit<Reading, typeof made>): Reading => parts as Reading

const refuse = (): never => {
  throw new Error('this process has no purpose gate: it must not read')
}
const noReading: Reading = makeReading({
  purposes: [],
  onBehalfOf: null,
  open: refuse,
  admit: refuse,
  admitCells: async () => refuse(),
  by: refuse,
  duty: refuse,
  rehearsed: refuse,
})
