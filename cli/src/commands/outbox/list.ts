import { command, textFlag } from '../../command.ts'
import { relativeTime } from '../../time.ts'

export const listOutbox = command({
  summary: 'List the mail that this cloud wrote, newest first (staff)',
  details:
    'Lists the mail that this cloud wrote, newest first. Without a mail server mails are held here: read them, and hand on the links. Mail to others is closed until you say why you read it: avow outbox show.',
  flags: {
    to: textFlag('--to <email>', 'only to this address'),
    kind: textFlag('--kind <kind>', 'only of this kind, such as verify-email'),
  },
  takes: ['pages'],
  examples: [['avow outbox list --to ada@example.org', 'what was written to her']],
  run: async (session, input) => {
    const filter = {
      ...(input.to === undefined ? {} : { to: input.to }),
      ...(input.kind === undefined ? {} : { kind: input.kind }),
    }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/operate/outbox', { params: { query: { ...query, ...filter } } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'WRITTEN', value: (mail) => relativeTime(mail.createdAt, now) },
        { title: 'TO', value: (mail) => mail.to, mayShrink: true },
        { title: 'SUBJECT', value: (mail) => mail.subject ?? `closed: ${mail.kind}`, mayShrink: true },
        { title: 'STATE', value: (mail) => mail.state },
        { title: 'ID', value: (mail) => mail.id },
      ],
      'No mail yet. Signing up, inviting and resetting a password write one.',
    )
  },
})
