import type { RuleKind } from '@avow/policy'
import { startMockUpstream } from '../mock-upstream.ts'
import { type PolicyUnderTest, withClauseForEachRule } from './policy-under-test.ts'
import type { Sabotage } from './sabotage.ts'
import { sabotages } from './sabotages/index.ts'
import { startSabotaged } from './start-sabotaged.ts'
import { verify } from './verify.ts'

/** How one rule stood on a server that was sabotaged against it, and what its clauses were then. */
export interface Sabotaged {
  readonly how: string
  readonly state: string
  readonly clauses: ReadonlyMap<string, string>
}

const inGroups = (kinds: readonly RuleKind[], alone: boolean): Map<string, Map<RuleKind, Sabotage>> => {
  const groups = new Map<string, Map<RuleKind, Sabotage>>()
  for (const kind of kinds) {
    const one = sabotages[kind]
    if (one === undefined) continue
    const group = alone ? kind : (one.group ?? '')
    groups.set(group, (groups.get(group) ?? new Map()).set(kind, one))
  }
  return groups
}

/** Starts servers that break their promises, one for each group of sabotages or each alone. @returns what became of each rule, by its id */
export const driveSabotages = async (
  tested: PolicyUnderTest,
  kinds: readonly RuleKind[],
  { alone, say }: { readonly alone: boolean; readonly say: (line: string) => void },
): Promise<ReadonlyMap<string, Sabotaged>> => {
  const { env, ruleOf } = withClauseForEachRule(tested)
  const found = new Map<string, Sabotaged>()
  for (const [name, group] of inGroups(kinds, alone)) {
    await using mock = await startMockUpstream()
    await using avow = await startSabotaged([...group.values()], { env })
    for (const { prepare } of group.values()) await prepare?.({ avow, mock, tested })
    const report = await verify(avow)
    const clauses = new Map(report.map(({ id, state }) => [id, state]))
    for (const { id, state } of report) {
      const rule = tested.policy.rules.find((one) => one.id === ruleOf.get(id))
      const sabotage = rule === undefined ? undefined : group.get(rule.kind)
      if (rule !== undefined && sabotage !== undefined) found.set(rule.id, { how: sabotage.how, state, clauses })
    }
    say(`a server sabotaged against ${group.size} kinds of rules${name === '' ? '' : ` (${name})`} was verified`)
  }
  return found
}
