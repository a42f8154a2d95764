import { command } from '../../command.ts'
import { vaultText } from './vault-text.ts'

export const showVault = command({
  summary: 'Show the key-encryption key in force, and how many subjects have keys (operator)',
  examples: [['avow vault show', 'also tells whether a rotation is under way']],
  run: async (session) => {
    const state = await session.must(session.api().GET('/api/v1/operate/vault'))
    session.print(state, () => vaultText(state))
  },
})
