import type { Answered } from '../../api-types.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

export type Disclosure = Answered<'/api/v1/privacy/authority-requests/{authorityRequestId}', 'get', 200>

const line = (name: string, value: string | null | undefined): string[] =>
  value === null || value === undefined || value === '' ? [] : [`${name}: ${harmless(value)}`]

const time = (at: string | null): string | null => (at === null ? null : shownTime(at))

/** One request of an authority, line by line. */
export const disclosureText = (of: Disclosure): string =>
  [
    ...line('Id', of.id),
    ...line('State', of.overdue ? `${of.state}, overdue` : of.state),
    ...line('Authority', of.authority),
    ...line('Country', of.country),
    ...line('Safeguard', of.safeguard),
    ...line('Rests on', of.legalBasis),
    ...line('Reference', of.reference),
    ...line('About', `${of.subjectKind} ${of.subjectId}`),
    ...line('Asked', of.asked.join(', ')),
    ...line('Proposed', of.proposed?.join(', ')),
    ...line('Note', of.preparedNote),
    ...line('Decision', of.decision),
    ...line('Reason', of.decisionReason),
    ...line('Approved', of.approved?.join(', ')),
    ...line('Received', time(of.receivedAt)),
    ...line('Due', time(of.dueAt)),
    ...line('Customer told', time(of.toldAt)),
    ...line(
      'Silence',
      of.silence === null ? null : `${of.silence.ground}, look again ${shownTime(of.silence.reviewAt)}`,
    ),
    ...line('Handed out', time(of.handedOutAt)),
    ...line('Package', of.packageSha256),
    ...line('Closed', time(of.closedAt)),
    '',
  ].join('\n')
