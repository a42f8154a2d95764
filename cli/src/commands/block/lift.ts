import { command, one, textFlag } from '../../command.ts'

export const liftBlock = command({
  summary: 'Lift a block after a review: it ends at once (operator, officer)',
  args: { id: one('the block’s id') },
  flags: { note: textFlag('--note <text>', 'what the review found') },
  examples: [['avow block lift ID --note "a school behind one address"', 'it stays in the list, as lifted']],
  run: async (session, { id, note }) => {
    const params = { path: { blockId: id } }
    const body = note === undefined ? {} : { note }
    const row = await session.must(session.api().POST('/api/v1/operate/blocks/{blockId}/lift', { params, body }))
    session.print(row, () => `Lifted ${row.id}.\n`)
  },
})
