import type { Sabotage } from '../sabotage.ts'
import { dataSabotages } from './data.ts'
import { partiesSabotages } from './parties.ts'
import { peopleSabotages } from './people.ts'
import { rightsSabotages } from './rights.ts'

/** How to break each kind of rule that has a check, by its kind. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  ...peopleSabotages,
  ...dataSabotages,
  ...rightsSabotages,
  ...partiesSabotages,
}
