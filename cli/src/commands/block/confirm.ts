import { command, one, textFlag } from '../../command.ts'

export const confirmBlock = command({
  summary: 'Say that you reviewed a block and found it right (operator, officer)',
  args: { id: one('the block’s id') },
  flags: { note: textFlag('--note <text>', 'what the review found') },
  examples: [['avow block confirm ID --note "the key was stolen"', 'it goes on until its end']],
  run: async (session, { id, note }) => {
    const params = { path: { blockId: id } }
    const body = note === undefined ? {} : { note }
    const row = await session.must(session.api().POST('/api/v1/operate/blocks/{blockId}/confirm', { params, body }))
    session.print(row, () => `Confirmed ${row.id}.\n`)
  },
})
