import type { MockUpstream } from '../mock-upstream.ts'
import type { RunningAvow } from '../start-avow.ts'
import type { Planted } from './plant-canaries.ts'

/** A fresh real server under one policy, and two people who left canaries wherever people can leave something. */
export interface World {
  readonly avow: RunningAvow
  readonly mock: MockUpstream
  /** The name of the policy. */
  readonly policy: string
  /** Is erased in the end. */
  readonly leaving: Planted
  /** Stays; nothing of theirs may change. */
  readonly staying: Planted
}

/** Something that is done to the server from outside, by which promises show. */
export interface Story {
  /** Kinds of rules that it exercises. */
  readonly kinds: readonly string[]
  /** What is done, in words. */
  readonly does: string
  /** @returns what was counted @throws where a promise does not show */
  run(world: World): Promise<string>
}

/** Fails a story unless a promise shows. */
export const must: (shows: boolean, otherwise: string) => asserts shows = (shows, otherwise) => {
  if (!shows) throw new Error(otherwise)
}
