import type { Answered } from '../../api-types.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

type Message = Answered<'/api/v1/privacy/messages/{messageId}', 'get', 200>

/** One message to a contact of the policy, with its answer. */
export const messageText = (of: Message): string => {
  const from = of.name === null ? of.email : `${of.name} <${of.email}>`
  const ended =
    of.endedAt === null ? [] : [`Ended: ${shownTime(of.endedAt)}${of.closedBecause ? `, ${of.closedBecause}` : ''}`]
  const answer = of.answer === null ? [] : ['', 'Answer:', harmless(of.answer)]
  return [
    `Id: ${of.id}`,
    `To: ${of.contact}`,
    `From: ${harmless(from)} (not verified)`,
    `State: ${of.overdue ? `${of.state}, overdue` : of.state}`,
    `Received: ${shownTime(of.receivedAt)}`,
    `Due: ${shownTime(of.dueAt)}`,
    ...ended,
    '',
    harmless(of.text),
    ...answer,
    '',
  ].join('\n')
}
