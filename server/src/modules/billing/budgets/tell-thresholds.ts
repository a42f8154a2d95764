import { sql } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { Database, Tx } from '../../../platform/db/index.ts'
import type { Job } from '../../../platform/jobs/index.ts'
import type { Mailer } from '../../../platform/mail/index.ts'
import { microsOfPicos } from '../price-usage.ts'
import { ever, monthAfter, monthName, monthOf } from './month.ts'
import type { BudgetRow } from './tables.ts'
import { budgetOption, budgetWords, moneyText } from './words.ts'

export const tellJob = 'billing-tell-budgets'

export interface TellDeps {
  readonly database: Database
  readonly clock: Clock
  readonly mail: Pick<Mailer, 'write'>
  readonly publicUrl: () => string
  /** Who may raise a budget, and so is told: ids of people with one of these roles in an open organisation. */
  peopleIn(tx: Tx, organisationId: string, roles: readonly ('owner' | 'billing')[]): Promise<readonly string[]>
  addressesOf(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

interface Reached extends Record<string, unknown>, Pick<BudgetRow, 'id' | 'kind' | 'currency'> {
  readonly organisationId: string
  readonly projectId: string | null
  readonly keyId: string | null
  /** Of the month, or since the last top-up. */
  readonly limit: string
  readonly spent: string
  /** Of the budget's month, ISO 8601. */
  readonly period: string
  readonly refused: boolean
  readonly percent: number
}

/**
 * Thresholds that are reached and were not told of, highest first. The limit counts as reached, too, when a call was
 * refused: what is left is then too little for it.
 */
const findReached = async (tx: Tx, month: number): Promise<Reached[]> => {
  const { rows } = await tx.execute<Reached>(sql`
    select b.id, b.kind, b.organisation_id as "organisationId", b.project_id as "projectId", b.key_id as "keyId", b.currency,
      (b.limit_micros::numeric * 1000000 - b.base_picos)::text as limit, (m.spent_picos - b.base_picos)::text as spent,
      to_json(m.month) #>> '{}' as period, m.refused_at is not null as refused, t.percent::int as percent
    from budget b join budget_month m on m.budget_id = b.id, unnest(b.thresholds) as t (percent)
    where m.month = case b.kind when 'prepaid' then ${new Date(ever).toISOString()}::timestamptz else ${new Date(month).toISOString()} end
      and ((m.spent_picos - b.base_picos) * 100 >= (b.limit_micros::numeric * 1000000 - b.base_picos) * t.percent and m.spent_picos > b.base_picos
        or t.percent = 100 and m.refused_at is not null)
      and not exists (select 1 from budget_alert a where a.budget_id = b.id and a.month = m.month and a.percent = t.percent)
    order by b.id, t.percent desc`)
  return rows
}

/** @returns whether nobody was told of it before */
const claim = async (tx: Tx, deps: TellDeps, { id, percent, period }: Reached): Promise<boolean> => {
  const { rowCount } = await tx.execute(
    sql`insert into budget_alert (budget_id, month, percent, at) values (${id}, ${period}, ${percent}, ${deps.clock.now().toISOString()}) on conflict do nothing`,
  )
  return (rowCount ?? 0) > 0
}

interface Told {
  readonly subject: string
  readonly text: string
  readonly links: string[]
}

const textOfBalance = (deps: TellDeps, { currency, percent, refused, spent, limit }: Reached): Told => {
  const url = `${deps.publicUrl()}/usage`
  const [of, gone] = [microsOfPicos(BigInt(limit)), microsOfPicos(BigInt(spent))]
  const what = `${moneyText(gone, currency)} of the ${moneyText(of, currency)} are spent that were there after the last top-up`
  const stops = refused
    ? 'A call was refused, because it could have cost more than is left. Calls that still fit go on.'
    : 'Calls that could cost more than is left are refused before any work.'
  const subject =
    percent === 100 && refused ? 'A prepaid balance refuses calls' : `${percent}% of a prepaid balance is spent`
  const how = 'Whoever runs this cloud tops it up. What was put in and spent:'
  return {
    subject,
    text: [`The prepaid balance of the organisation: ${what}.`, stops, how, 'avow balance history', url].join('\n\n'),
    links: [url],
  }
}

const textOf = (deps: TellDeps, reached: Reached): Told => {
  if (reached.kind === 'prepaid') return textOfBalance(deps, reached)
  const { currency, percent, refused } = reached
  const month = Date.parse(reached.period)
  const [spent, limit] = [microsOfPicos(BigInt(reached.spent)), microsOfPicos(BigInt(reached.limit))]
  const url = `${deps.publicUrl()}/usage`
  const what = `${moneyText(spent, currency)} of ${moneyText(limit, currency)} are spent in ${monthName(month)}`
  const stops = refused
    ? 'A call was refused, because it could have cost more than is left. Calls that still fit go on.'
    : 'Calls that could cost more than is left are refused before any work.'
  const until = new Date(monthAfter(month)).toISOString().slice(0, 10)
  const subject = percent === 100 && refused ? 'A budget refuses calls' : `${percent}% of a budget is spent`
  return {
    subject,
    text: [
      `The monthly budget of ${budgetWords(reached)}: ${what}.`,
      `${stops} It begins anew on ${until} (UTC).`,
      'Owners, admins and billing people of the organisation can change it:',
      `avow budgets set AMOUNT${budgetOption(reached)}`,
      url,
    ].join('\n\n'),
    links: [url],
  }
}

const tell = async (tx: Tx, deps: TellDeps, reached: Reached): Promise<void> => {
  const people = await deps.peopleIn(tx, reached.organisationId, ['owner', 'billing'])
  const message = textOf(deps, reached)
  for (const [personId, to] of await deps.addressesOf(tx, people))
    await deps.mail.write(tx, { to, about: personId, kind: 'budget', ...message })
}

/** Of several thresholds that were passed at once only the highest is told; the others are noted as told. */
export const tellThresholds = (deps: TellDeps): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const month = monthOf(deps.clock.nowMs())
    const told = new Set<string>()
    for (const reached of await findReached(tx, month)) {
      const isFirst = await claim(tx, deps, reached)
      if (isFirst && !told.has(reached.id)) await tell(tx, deps, reached)
      told.add(reached.id)
    }
  })

export const createTellJob = (deps: TellDeps): Job => ({
  name: tellJob,
  readsFor: ['billing', 'account'],
  cron: '* * * * *',
  run: () => tellThresholds(deps),
})
