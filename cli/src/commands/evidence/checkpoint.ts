import { command } from '../../command.ts'
import { harmless } from '../../terminal.ts'
import { readLog } from './read-log.ts'

export const evidenceCheckpoint = command({
  summary: 'Show the newest signed head of the evidence log',
  details:
    'Three lines (the log, how many decisions it holds, the root of its tree) and a signature. Keep one from time to time: a log that changes its past can no longer be made to fit it.',
  examples: [['avow evidence checkpoint > checkpoint-2026-11', 'keeps it']],
  run: async (session) => {
    const note = await readLog(session, 'checkpoint')
    const [origin = '', size = '', root = ''] = note.split('\n')
    session.print({ origin, size: Number(size), root, note }, () => harmless(note))
  },
})
