import type { Page } from '../../answer.ts'
import type { Answered } from '../../api-types.ts'
import { price } from '../../money.ts'
import type { Session } from '../../session.ts'

export type Balance = Answered<'/api/v1/operate/balances/{organisationId}/top-ups', 'post', 201>
type Entry = Answered<'/api/v1/organisations/{organisationId}/balance/history', 'get', 200>['items'][number]

export const balanceText = (balance: Balance): string => {
  const { currency, balanceMicros, reservedMicros, leftMicros, lastTopUpMicros, spentMicros, thresholds } = balance
  const told =
    thresholds.length === 0 ? 'Nobody is told before it ends.' : `People are told at ${thresholds.join(', ')}% of it.`
  return `${[
    `${price(balanceMicros, currency)} in the balance, ${price(reservedMicros, currency)} of it set aside: ${price(leftMicros, currency)} left.`,
    `${price(spentMicros, currency)} of ${price(lastTopUpMicros, currency)} spent since the last top-up. ${told}`,
    ...(balance.refusedAt === null ? [] : [`It last refused a call at ${balance.refusedAt}.`]),
  ].join('\n')}\n`
}

const words: Readonly<Record<Entry['kind'], string>> = {
  payment: 'payment',
  credit: 'credit',
  usage: 'usage',
  ended: 'end of the balance',
}

export const printEntries = (session: Session, page: Page<Entry>): void =>
  session.printList(
    page,
    [
      { title: 'AT', value: (row) => row.at.slice(0, 16).replace('T', ' ') },
      { title: 'WHAT', value: (row) => words[row.kind] },
      {
        title: 'AMOUNT',
        value: ({ amountMicros, credit, currency }) =>
          price(credit === 'prepaid' ? amountMicros : `-${amountMicros}`, currency),
      },
      { title: 'BALANCE', value: (row) => price(row.balanceMicros, row.currency) },
      { title: 'INVOICE', value: (row) => row.invoiceNumber ?? '-' },
      { title: 'ID', value: (row) => row.id },
    ],
    'Nothing was put in, and nothing was spent from a balance.',
  )
