import { choiceFlag, command, one, switchFlag, textFlag } from '../../command.ts'
import { microsFromUnits } from '../../money.ts'
import { balanceText } from './balance-view.ts'

export const topUpBalance = command({
  summary: 'Put money that was received, or a credit, into an organisation’s balance (operator)',
  details:
    'With the first top-up an organisation is on prepaid: its calls stop where the balance ends. This books what was paid by other means, such as a bank transfer; it charges no card.',
  args: { customer: one('id of the organisation'), amount: one('in currency units, such as 100 or 0.50') },
  flags: {
    reason: choiceFlag('--reason <reason>', 'payment: it was received (default); credit: it was given', [
      'payment',
      'credit',
    ]),
    invoice: textFlag('--invoice <number>', 'the invoice that it is for'),
    takeBack: switchFlag('--take-back', 'takes so much out again that was put in by mistake'),
  },
  examples: [
    ['avow balance top-up org_01HZX 100 --invoice INV-17', 'a payment'],
    ['avow balance top-up org_01HZX 5 --reason credit', 'a gift'],
  ],
  run: async (session, { customer, amount, reason = 'payment', invoice, takeBack }) => {
    const params = { path: { organisationId: customer } }
    const micros = microsFromUnits(amount)
    const body = {
      amountMicros: String(takeBack ? -micros : micros),
      reason,
      ...(invoice === undefined ? {} : { invoiceNumber: invoice }),
    }
    const balance = await session.must(
      session.api().POST('/api/v1/operate/balances/{organisationId}/top-ups', { params, body }),
    )
    session.print(balance, () => balanceText(balance))
  },
})
