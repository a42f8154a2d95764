import { command, one } from '../../command.ts'

export const askReview = command({
  summary: 'Ask for a person’s review of a block that refuses you',
  args: { id: one('the block’s id, as the refusal names it') },
  examples: [['avow block review ID', 'needs no account, and works from behind the block']],
  run: async (session, { id }) => {
    const params = { path: { blockId: id } }
    const row = await session.must(session.api().POST('/api/v1/blocks/{blockId}/review', { params }))
    session.print(row, () =>
      row.state === 'active'
        ? `A person was told. The block ends by itself at ${row.endsAt}.\n`
        : `This block is ${row.state} already.\n`,
    )
  },
})
