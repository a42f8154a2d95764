/**
 * A program of its own, for the CLI: `node policy/src/show-file.ts FILE` prints a policy as JSON: its name, its page as
 * Markdown, and its clauses with their rules and gates.
 */
import { pageMarkdown } from './page-text.ts'
import { compileFile, printJson } from './policy-file.ts'
import { policyPage } from './policy-page.ts'

printJson(() => {
  const policy = compileFile(process.argv[2] ?? '')
  return {
    id: policy.id,
    version: policy.version,
    hash: policy.hash,
    page: pageMarkdown(policyPage(policy, null)),
    clauses: policy.clauses.map(({ id, kind, promise, rules }) => ({
      id,
      kind,
      promise,
      rules: policy.rules.filter((rule) => rules.includes(rule.id)).map((rule) => ({ rule: rule.id, gate: rule.gate })),
    })),
  }
})
