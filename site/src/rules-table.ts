import { gates, type RuleKind, ruleKindNames, ruleKinds } from '@avow/policy'

const rowOf = (kind: RuleKind): string => {
  const { says, argument, capability } = ruleKinds[kind]
  return `| \`${kind}${argument === null ? '' : ': …'}\` | ${says} | ${capability} |`
}

/** Every rule of the policy language, by the gate that enforces it. */
export const rulesByGate = (): string =>
  gates
    .map((gate) => {
      const of = ruleKindNames.filter((kind) => ruleKinds[kind].gate === gate)
      return `## ${gate}\n\n| Rule | It holds when | Needs |\n|---|---|---|\n${of.map(rowOf).join('\n')}`
    })
    .join('\n\n')
