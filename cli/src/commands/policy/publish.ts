import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { readNamedFile } from '../../read-text.ts'
import { harmless } from '../../terminal.ts'
import { versionWords } from './version-words.ts'

export const publishPolicy = command({
  summary: 'Announce a new version of the policy (staff)',
  details:
    'Works out what changes, tells every account, and lets the version wait as long as the policy in force promises. It takes effect at the first start of the server after that; until then the version in force goes on. A changed file named by AVOW_POLICY does the same at a start.',
  args: { file: one('a policy file with a higher version') },
  takes: ['confirmation'],
  examples: [['avow policy publish my-policy.yaml', 'asks first; avow policy diff shows what changes']],
  run: async (session, { file }) => {
    const text = await readNamedFile(session.world.workingFolder, file)
    await confirm(session, `Announce the policy in ${file} to every account?`)
    const version = await session.must(session.api().POST('/api/v1/policy/versions', { body: { text } }))
    session.print(version, () => `${harmless(version.policy)} ${version.version}: ${versionWords(version)}\n`)
  },
})
