import { choiceFlag, command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { requestText } from './request-text.ts'

const args = { id: one('the request’s id; see avow privacy requests --everyone') }

export const answerRequest = command({
  summary: 'Answer a request, or grant an appeal; the person is told (officer)',
  args,
  flags: { answer: textFlag('--answer <text>', 'what the person reads') },
  examples: [['avow privacy answer ID --answer "Corrected today."', 'ends the request']],
  run: async (session, { id, answer }) => {
    if (answer === undefined) throw usageFailure('Give --answer')
    const params = { path: { requestId: id } }
    const row = await session.must(
      session.api().POST('/api/v1/privacy/requests/{requestId}/complete', { params, body: { answer } }),
    )
    session.print(row, () => requestText(session, row))
  },
})

export const denyRequest = command({
  summary: 'Refuse a request with its reason; the person is told, with the way to appeal (officer)',
  args,
  flags: {
    ground: choiceFlag('--ground <ground>', 'the ground', [
      'not-verified',
      'law-requires-it',
      'unfounded',
      'excessive',
      'rights-of-others',
    ] as const),
    reason: textFlag('--reason <text>', 'what the person reads'),
  },
  examples: [
    ['avow privacy deny ID --ground law-requires-it --reason "The books must be kept until 2031."', 'can be appealed'],
  ],
  run: async (session, { id, ground, reason }) => {
    if (ground === undefined || reason === undefined) throw usageFailure('Give --ground and --reason')
    const params = { path: { requestId: id } }
    const body = { ground, reason }
    const row = await session.must(session.api().POST('/api/v1/privacy/requests/{requestId}/deny', { params, body }))
    session.print(row, () => requestText(session, row))
  },
})

export const extendRequest = command({
  summary: 'Take the longer time that the policy allows, once, with a reason; the person is told (officer)',
  args,
  flags: { reason: textFlag('--reason <text>', 'what the person reads') },
  examples: [['avow privacy extend ID --reason "We wait for the data centre."', 'moves the deadline']],
  run: async (session, { id, reason }) => {
    if (reason === undefined) throw usageFailure('Give --reason')
    const params = { path: { requestId: id } }
    const row = await session.must(
      session.api().POST('/api/v1/privacy/requests/{requestId}/extend', { params, body: { reason } }),
    )
    session.print(row, () => requestText(session, row))
  },
})
