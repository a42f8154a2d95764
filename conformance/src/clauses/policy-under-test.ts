import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CompiledPolicy, compilePolicy, editPolicy, parsePolicy, type Rule, type RuleKind } from '@avow/policy'
import { exampleProvider } from '../own-policy.ts'
import { policySettings } from '../policy-settings.ts'
import { newFolder, root } from '../start-avow.ts'

/** A shipped policy in a file of its own, as an operator has it who took it over. */
export interface PolicyUnderTest {
  readonly name: string
  readonly text: string
  readonly policy: CompiledPolicy
  /** Settings of a server that runs under it. */
  readonly env: Readonly<Record<string, string>>
}

/** Promises about models of others can be kept only where the policy names somebody who has one. */
const aboutProviders: readonly RuleKind[] = ['provider-named', 'integration-terms']

const compile = (text: string, name: string): CompiledPolicy => {
  const parsed = parsePolicy(text, name)
  if (!parsed.ok) throw new Error(`${name}: ${parsed.problems.map(({ message }) => message).join('; ')}`)
  return compilePolicy(parsed.policy)
}

const write = (name: string, text: string): string => {
  const file = join(newFolder(), `${name}.yaml`)
  writeFileSync(file, text)
  return file
}

const settings = (name: string, text: string) => ({
  AVOW_ENGINE: 'off',
  AVOW_POLICY: write(name, text),
  AVOW_BACKUP_EVERY: 'off',
  ...policySettings[name],
})

/** A copy of a shipped policy; where it promises something about models of others, it names one recipient more. */
export const readPolicy = (name: string): PolicyUnderTest => {
  const shipped = readFileSync(join(root, `policies/${name}.yaml`), 'utf8')
  const { rules, categories } = compile(shipped, name)
  const wantsProvider = categories.has('content.inference') && rules.some(({ kind }) => aboutProviders.includes(kind))
  const text = wantsProvider ? shipped.replace('\nrecipients:\n', `\nrecipients:\n  - ${exampleProvider}\n`) : shipped
  return { name, text, policy: compile(text, name), env: settings(name, text) }
}

/** Names of the recipients that were added to have a model of others. */
export const providerOf = ({ policy }: Pick<PolicyUnderTest, 'policy'>): string | null =>
  policy.source.recipients.find(({ id }) => id === 'example-ai')?.id ?? null

const clauseOf = (rule: Rule, index: number): string => {
  const written = rule.argument === null ? rule.kind : { [rule.kind]: rule.argument }
  return `  - { id: RULE-${index + 1}, kind: enforced, promise: ${JSON.stringify(rule.id)}, rules: [${JSON.stringify(written)}] }\n`
}

/** The same with one clause more for each rule, so that a report says of each rule alone how it stands. */
export const withClauseForEachRule = (tested: PolicyUnderTest) => {
  const { rules } = tested.policy
  const text = `${tested.text}\n${rules.map(clauseOf).join('')}`
  return {
    env: { ...tested.env, AVOW_POLICY: write(tested.name, text) },
    ruleOf: new Map(rules.map((rule, index) => [`RULE-${index + 1}`, rule.id])),
  }
}

export const nextVersion = '9.0.0'

/** The next version of it, which protects less in one point that nothing else here looks at. */
export const weakerVersion = ({ text }: Pick<PolicyUnderTest, 'text'>): string =>
  editPolicy(text, [
    [['version'], nextVersion],
    [['security', 'apiKeyRevocation'], 'PT2S'],
  ])
