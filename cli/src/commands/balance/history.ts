import { command, textFlag } from '../../command.ts'
import { currentOrganisation } from '../../place.ts'
import { printEntries } from './balance-view.ts'

export const balanceHistory = command({
  summary: 'List what was put into the balance and spent from it, newest first',
  details:
    'Usage is entered once a day, and before each top-up. Owners, admins and billing people see their organisation’s; an operator names any with --of.',
  flags: { of: textFlag('--of <id>', 'any organisation (operator)') },
  takes: ['organisation', 'pages'],
  examples: [
    ['avow balance history', 'every entry of the ledger'],
    ['avow balance history --of org_01HZX', 'of a customer (operator)'],
  ],
  run: async (session, { of }) => {
    const path = { organisationId: of ?? (await currentOrganisation(session)) }
    const at =
      of === undefined
        ? '/api/v1/organisations/{organisationId}/balance/history'
        : '/api/v1/operate/balances/{organisationId}/history'
    printEntries(session, await session.pages((query) => session.api().GET(at, { params: { path, query } })))
  },
})
