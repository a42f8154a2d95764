import { command, optional } from '../../command.ts'
import { runPolicyProgram } from '../../policy-program.ts'
import { harmless } from '../../terminal.ts'

interface ShownFile {
  readonly page: string
}

export const showPolicy = command({
  summary: 'Show a policy, as people may read it',
  details:
    'Prints the whole policy as Markdown: without a name the one in force on the server, the same text as its page /policy; with a name that file, without a server.',
  args: { name: optional('a policy file, or the name of one in policies/') },
  examples: [
    ['avow policy show', 'the policy in force'],
    ['avow policy show ecohash', 'a reference policy'],
    ['avow policy show ecohash --json | jq .clauses', 'its clauses with their rules and gates'],
  ],
  run: async (session, { name }) => {
    const policy =
      name === undefined
        ? await session.must(session.api().GET('/api/v1/policy'))
        : await runPolicyProgram<ShownFile>('show-file.ts', [name], session.world.workingFolder)
    session.print(policy, () => harmless(policy.page))
  },
})
