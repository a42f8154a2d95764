import type { RuleKind } from '@avow/policy'
import type { Sabotage } from '../sabotage.ts'
import { dataSabotages } from './data.ts'
import { noticeSabotages } from './notices.ts'
import { officeSabotages } from './office.ts'
import { partiesSabotages } from './parties.ts'
import { peopleSabotages } from './people.ts'
import { rightsSabotages } from './rights.ts'

/** How to break each kind of rule that has a check, by its kind. */
export const sabotages: { readonly [K in RuleKind]?: Sabotage } = {
  ...peopleSabotages,
  ...dataSabotages,
  ...rightsSabotages,
  ...partiesSabotages,
  ...noticeSabotages,
  ...officeSabotages,
}
