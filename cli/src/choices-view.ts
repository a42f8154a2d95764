import type { Answered } from './api-types.ts'
import { textFlag } from './command.ts'
import type { Session } from './session.ts'
import { renderTable } from './table.ts'
import { shownTime } from './time.ts'

type Choices = Answered<'/api/v1/me/privacy/choices', 'get', 200>

/** For whom: an officer names somebody, anyone else speaks for themselves. */
export const personFlag = textFlag('--person <email-or-id>', 'for this person, who asked you (officer)')

const mayWords = { consent: 'give or withdraw consent', objection: 'object or take it back', none: '' } as const

/** What a person's data serves, as text or JSON. */
export const printChoices = (session: Session, choices: Choices): void =>
  session.print(choices, () => {
    const { restriction, limit, purposes } = choices
    const table = renderTable(
      purposes,
      [
        { title: 'PURPOSE', value: (row) => row.purpose },
        { title: 'USED', value: (row) => (row.used ? 'yes' : 'no') },
        { title: 'BECAUSE', value: (row) => row.because, mayShrink: true },
        { title: 'YOU MAY', value: (row) => mayWords[row.choice] },
      ],
      { columns: session.world.terminal.columns, heading: session.paint.dim },
    )
    return [
      restriction === null ? '' : `Restricted since ${shownTime(restriction.since)}: stored, and not used.\n`,
      limit === null ? '' : `Sensitive data limited since ${shownTime(limit.since)}.\n`,
      table,
    ].join('')
  })
