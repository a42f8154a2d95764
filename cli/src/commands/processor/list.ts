import { command } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listProcessors = command({
  summary: 'List every party that may receive data, and what it received (officer)',
  details:
    'The recipients of the policy, with what is set up to send to them. Below: servers of the operator’s own, and what the policy refuses.',
  examples: [['avow processor list', 'one line for each party']],
  run: async (session) => {
    const register = await session.must(session.api().GET('/api/v1/privacy/processors'))
    const now = session.world.now()
    if (session.common.json) {
      session.print(register, () => '')
      return
    }
    session.printList(
      { items: register.items, nextCursor: null },
      [
        { title: 'PARTY', value: (row) => row.id },
        { title: 'NAME', value: (row) => row.name, mayShrink: true },
        { title: 'RECEIVES', value: (row) => (row.fields ?? row.categories).join(', ') || '-', mayShrink: true },
        { title: 'FOR', value: (row) => row.purposes.join(', ') || '-' },
        { title: 'IN', value: (row) => row.country ?? '-' },
        { title: 'BY', value: (row) => row.connections.map(({ name }) => name).join(', ') || 'nothing yet' },
        { title: 'SENT', value: (row) => String(row.times), right: true },
        { title: 'LAST', value: (row) => relativeTime(row.lastAt, now) },
      ],
      'Nobody: the policy lists no recipient.',
    )
    for (const { name, host } of register.own)
      session.world.terminal.output.write(`${name} at ${host} is the operator’s own: nobody else receives anything.\n`)
    for (const { name, host, reason } of register.refused)
      session.world.terminal.output.write(session.paint.red(`${name} at ${host} is refused: ${reason ?? ''}\n`))
  },
})
