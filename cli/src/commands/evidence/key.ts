import { command } from '../../command.ts'
import { harmless } from '../../terminal.ts'
import { readLog } from './read-log.ts'

export const evidenceKey = command({
  summary: 'Show the key with which the evidence log is signed',
  examples: [['avow evidence key > avow.vkey', 'keeps it, for checks without the server']],
  run: async (session) => {
    const key = (await readLog(session, 'key')).trim()
    session.print({ key }, () => `${harmless(key)}\n`)
  },
})
