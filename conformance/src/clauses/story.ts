import type { RuleKind } from '@avow/policy'
import type { MockUpstream } from '../mock-upstream.ts'
import type { RunningAvow } from '../start-avow.ts'
import type { Planted } from './plant-canaries.ts'
import type { PolicyUnderTest } from './policy-under-test.ts'

/** A fresh real server under one policy, and two people who left canaries wherever people can leave something. */
export interface World {
  readonly avow: RunningAvow
  readonly mock: MockUpstream
  readonly tested: PolicyUnderTest
  /** Is erased in the end. */
  readonly leaving: Planted
  /** Stays; nothing of theirs may change. */
  readonly staying: Planted
  /** A text that is kept in clear, so that a search that finds nothing else is seen to find something. */
  readonly clear: string
  /** Hosts that the server opened a connection to, one a line. */
  readonly connectionsFile: string
  /** How many days each start of the server is later than it is, one start after the other. */
  readonly daysAhead: readonly number[]
  /** What one story leaves for a later one. */
  readonly left: { backup?: string; receiptToken?: string; waitingUntil?: Date }
}

/** Something that is done to the server from outside, by which promises show. */
export interface Story {
  /** Kinds of rules that it exercises. */
  readonly kinds: readonly RuleKind[]
  /** What is done, in words. */
  readonly does: string
  /** @returns what was counted @throws where a promise does not show */
  run(world: World): Promise<string>
}

/** Fails a story unless a promise shows. */
export const must: (shows: boolean, otherwise: string) => asserts shows = (shows, otherwise) => {
  if (!shows) throw new Error(otherwise)
}

/** What staff say of where they are, here: a policy that keeps data within borders wants to know. */
export const staffHere = ({ env }: Pick<PolicyUnderTest, 'env'>): string[] =>
  env.AVOW_REGION === undefined ? [] : ['--country', env.AVOW_REGION]

/** What a command of the CLI prints as JSON; fails when it fails. */
export const runJson = async (avow: RunningAvow, ...args: string[]) => {
  const { code, stdout, stderr } = await avow.cli([...args, '--json'])
  if (code !== 0) throw new Error(`avow ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

/** Asks again until it is so; fails after so many seconds. */
export const until = async (isSo: () => Promise<boolean>, seconds: number, otherwise: string): Promise<void> => {
  const startedMs = performance.now()
  while (!(await isSo())) {
    must(performance.now() - startedMs < seconds * 1000, `${otherwise} within ${seconds} s`)
    await new Promise((done) => setTimeout(done, 150))
  }
}
