import { command, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { harmless } from '../../terminal.ts'

export const updateAccount = command({
  summary: 'Correct your name',
  details: 'Every copy follows. For the address: avow account email. For an organisation: avow organisation update.',
  flags: { name: textFlag('--name <name>', 'as members of your organisations see it') },
  examples: [['avow account update --name "Ada Lovelace"', 'at once, everywhere']],
  run: async (session, { name }) => {
    if (name === undefined) throw usageFailure('Give --name')
    const me = await session.must(session.api().PATCH('/api/v1/me', { body: { name } }))
    session.print(me, () => `You are ${harmless(me.name)} now.\n`)
  },
})
