import { command, one, textFlag } from '../../command.ts'

export const acknowledgeAlert = command({
  summary: 'Say that you saw an alert, and what you did about it (operator, officer)',
  args: { id: one('the alert’s id') },
  flags: { note: textFlag('--note <text>', 'what you did about it') },
  examples: [['avow alert acknowledge ID --note "blocked at the firewall"', 'the next attack raises a new one']],
  run: async (session, { id, note }) => {
    const params = { path: { alertId: id } }
    const body = note === undefined ? {} : { note }
    const row = await session.must(session.api().POST('/api/v1/operate/alerts/{alertId}/acknowledge', { params, body }))
    session.print(row, () => `Acknowledged ${row.id}.\n`)
  },
})
