import { type RunningAvow, type StartOptions, startAvow } from '../start-avow.ts'
import { type SourceChange, sourceChanges } from './change-source.ts'
import type { Sabotage } from './sabotage.ts'

/** Two sabotages may need the same change. */
const withoutDoubles = (sabotages: readonly Sabotage[]): SourceChange[] => [
  ...new Map(sabotages.flatMap(({ changes }) => changes).map((one) => [JSON.stringify(one), one])).values(),
]

/** Starts a real Avow that breaks promises. */
export const startSabotaged = (
  sabotages: readonly Sabotage[],
  { env = {}, ...options }: StartOptions = {},
): Promise<RunningAvow> => startAvow({ ...options, env: { ...env, ...sourceChanges(withoutDoubles(sabotages)) } })
