import { setTimeout as pause } from 'node:timers/promises'
import type { VaultState } from '../../api-types.ts'
import { command, switchFlag } from '../../command.ts'
import type { Session } from '../../session.ts'
import { vaultText } from './vault-text.ts'

const askEveryMs = 500

/** Until another key is in force and wraps everything. */
const untilRotated = async (session: Session, oldKeyId: string): Promise<VaultState> => {
  for (;;) {
    const state = await session.must(session.api().GET('/api/v1/operate/vault'))
    if (state.keyId !== oldKeyId && state.rotation === null) return state
    await pause(askEveryMs)
  }
}

export const rotateVaultKey = command({
  summary: 'Replace the key-encryption key; sealed data is not touched (operator)',
  details:
    'Makes a new key-encryption key and wraps the key of every subject with it, then removes the old one. Keep a copy of the new key file. Interrupting the wait does not stop the rotation; a server that is stopped or killed goes on with it when it starts.',
  flags: { detach: switchFlag('--detach', 'do not wait for the end') },
  examples: [['avow vault rotate-key', 'waits until the old key is needed for nothing']],
  run: async (session, { detach }) => {
    const asked = await session.must(session.api().POST('/api/v1/operate/vault/rotate-key'))
    const state = detach ? asked : await untilRotated(session, asked.keyId)
    session.print(state, () => vaultText(state))
  },
})
