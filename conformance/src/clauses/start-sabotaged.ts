import { type RunningAvow, type StartOptions, startAvow } from '../start-avow.ts'
import { sourceChanges } from './change-source.ts'
import type { Sabotage } from './sabotage.ts'

/** Starts a real Avow that breaks promises. */
export const startSabotaged = (
  sabotages: readonly Sabotage[],
  { env = {}, ...options }: StartOptions = {},
): Promise<RunningAvow> =>
  startAvow({ ...options, env: { ...env, ...sourceChanges(sabotages.flatMap(({ changes }) => changes)) } })
