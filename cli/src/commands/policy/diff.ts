import { command, one } from '../../command.ts'
import { runPolicyProgram } from '../../policy-program.ts'
import type { Palette } from '../../terminal.ts'
import { harmless } from '../../terminal.ts'

interface Change {
  readonly path: string
  readonly from: string | null
  readonly to: string | null
}
interface Difference {
  readonly from: { readonly id: string; readonly version: string }
  readonly to: { readonly id: string; readonly version: string }
  readonly weaker: readonly Change[]
  readonly stronger: readonly Change[]
  readonly different: readonly Change[]
}

const sentence = ({ path, from, to }: Change): string => {
  if (from === null) return `${path}: gains "${to}"`
  return to === null ? `${path}: loses "${from}"` : `${path}: "${from}" becomes "${to}"`
}

const part = (title: string, mark: string, changes: readonly Change[]): string =>
  changes.length === 0
    ? ''
    : `${title} (${changes.length})\n${changes.map((change) => `  ${mark} ${harmless(sentence(change))}\n`).join('')}\n`

const shown = ({ from, to, weaker, stronger, different }: Difference, paint: Palette): string => {
  const total = weaker.length + stronger.length + different.length
  const title = `${harmless(from.id)} ${from.version} to ${harmless(to.id)} ${to.version}`
  if (total === 0) return `${title}: the same promises.\n`
  return `${paint.bold(title)}

${part(paint.red('Protects less'), '-', weaker)}${part(paint.green('Protects more'), '+', stronger)}${part(paint.yellow('Differs'), '~', different)}${weaker.length} weaker, ${stronger.length} stronger, ${different.length} different
`
}

export const diffPolicy = command({
  summary: 'Say which protections get weaker, and which stronger, from one policy to another',
  details:
    'Compares two policies, or two versions of one, and works without a server. A change that protects less must be announced before it takes effect. Ends with 0 also where the policies differ: scripts read the counts with --json.',
  args: {
    from: one('a policy file, or the name of one in policies/'),
    to: one('the policy that takes its place'),
  },
  examples: [
    ['avow policy diff starter my-policy.yaml', 'what your own changes'],
    ['avow policy diff old.yaml new.yaml --json | jq .weaker', 'what needs a notice'],
  ],
  run: async (session, { from, to }) => {
    const difference = await runPolicyProgram<Difference>('diff-files.ts', [from, to], session.world.workingFolder)
    session.print(difference, () => shown(difference, session.paint))
  },
})
