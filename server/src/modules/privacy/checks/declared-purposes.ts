import { type Category, categories, type Purpose, purposes } from '@avow/policy'
import type { PurposeGate } from '../../../platform/gates/index.ts'
import { type Check, count, finding } from '../check.ts'

const refuses = (gate: PurposeGate, purpose: Purpose, category: Category): boolean => {
  try {
    gate.require(purpose, category)
    return false
  } catch {
    return true
  }
}

/** Asks the purpose gate about every purpose and category there is, and every column about its purposes. */
export const declaredPurposes: Check<'purposes-only'> = {
  name: 'declared-purposes',
  run: async (_rule, { gates, map, policy }) => {
    const pairs = categories
      .filter((category) => category !== 'system')
      .flatMap((category) => purposes.map((purpose) => ({ category, purpose })))
    const isPromised = (category: Category, purpose: Purpose) =>
      policy.purposes.has(purpose) && policy.category(category)?.purposes.has(purpose) === true
    const forbidden = pairs.filter(({ category, purpose }) => !isPromised(category, purpose))
    // Each refusal is recorded as a decision, so one of them is provoked and the rest are asked about.
    const [provoked] = forbidden
    const letThrough = forbidden.filter(
      ({ category, purpose }) =>
        gates.purpose.allows(purpose, category) ||
        (category === provoked?.category && purpose === provoked.purpose && !refuses(gates.purpose, purpose, category)),
    )
    const held = map.filter(({ category, onlyIfHeld }) => onlyIfHeld !== true || policy.categories.has(category))
    const undeclared = held.flatMap(({ table, column, purposes: used }) =>
      used.filter((purpose) => !policy.purposes.has(purpose)).map((purpose) => `${table}.${column} is for ${purpose}`),
    )
    const violations = [
      ...letThrough.map(({ category, purpose }) => `the gate lets ${category} be read for ${purpose}`),
      ...undeclared,
    ]
    const figure = `${count(pairs.length, 'pair')} of category and purpose asked, ${letThrough.length} wrongly let through`
    return finding(
      pairs.length + map.length,
      violations,
      figure,
      'the gate refuses as it should, but nothing proves yet that every reader goes through it',
    )
  },
}
