import { command, countFlag, one } from '../../command.ts'

const line = (name: string, value: string): string => `${name.padEnd(12)} ${value}\n`

export const showProcessor = command({
  summary: 'Show a party that may receive data, and what was sent to it by day (officer)',
  args: { id: one('its id in the policy') },
  flags: { limit: countFlag('--limit <days>', 'at most so many rows (50)') },
  examples: [['avow processor show mail', 'what the mail server received']],
  run: async (session, { id, limit }) => {
    const found = await session.must(
      session.api().GET('/api/v1/privacy/processors/{processorId}', {
        params: { path: { processorId: id }, query: limit === undefined ? {} : { limit } },
      }),
    )
    session.print(found, () =>
      [
        line('party', `${found.name} (${found.role}${found.inPolicy ? '' : ', not in the policy any more'})`),
        line('receives', (found.fields ?? found.categories).join(', ') || '-'),
        line('for', found.purposes.join(', ') || '-'),
        line('in', found.country ?? 'not stated'),
        line('safeguard', found.safeguard ?? 'none stated'),
        ...found.connections.map(({ name, host }) => line('by', `${name} at ${host}`)),
        line('about', `${found.subjects} people, organisations or addresses`),
        line('sent', `${found.times} times`),
        ...found.sent.map((row) =>
          line(row.day.slice(0, 10), `${row.times} × ${row.fields.join(', ')} for ${row.purpose} (${row.ground})`),
        ),
      ].join(''),
    )
  },
})
