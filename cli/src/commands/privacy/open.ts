import { choiceFlag, command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { requestText } from './request-text.ts'

export const openForPerson = command({
  summary: 'Open a request for a person who asked by another way (officer)',
  details: 'How you made sure who asks is recorded. The person is told by mail and can cancel an erasure.',
  args: { person: one('email or id') },
  flags: {
    kind: choiceFlag('--kind <kind>', 'what they ask for', ['erasure', 'access', 'rectification'] as const),
    verified: choiceFlag('--verified <how>', 'how you made sure who asks', [
      'in-person',
      'call-back',
      'identity-document',
      'power-of-attorney',
    ] as const),
    details: textFlag('--details <text>', 'what they want, and where it can be found'),
  },
  examples: [
    [
      'avow privacy open ada@example.org --kind erasure --verified call-back --details "Letter of 3 May"',
      'begins after the delay of the policy',
    ],
  ],
  run: async (session, { person, kind, verified, details }) => {
    if (kind === undefined || verified === undefined || details === undefined)
      throw usageFailure('Give --kind, --verified and --details')
    const body = { person, kind, verified, details }
    const opened = await session.must(session.api().POST('/api/v1/privacy/requests', { body }))
    session.print(opened, () => requestText(session, opened))
  },
})
