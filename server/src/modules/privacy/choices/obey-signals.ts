import type { CompiledPolicy, Purpose } from '@avow/policy'
import { sql } from 'drizzle-orm'
import type { Tx } from '../../../platform/db/index.ts'
import { choiceOf, forStanding, type Standing } from '../../../platform/gates/index.ts'
import type { RequestFacts } from '../../../platform/http/index.ts'

/** Global Privacy Control (W3C) and Do Not Track: the header, whose only meaning is `1`. */
const headerOf = { gpc: 'sec-gpc', dnt: 'dnt' } as const

/** What a signal ends. News wait for words of their own: a signal is about being watched. */
const ended: Purpose = 'analytics'

type Signals = (tx: Tx, personId: string, headers: RequestFacts['headers']) => Promise<void>

/** Who said something of it themselves is not overruled by their browser, neither before nor after. */
const hasSpoken = async (tx: Tx, personId: string): Promise<boolean> => {
  const { rowCount } = await forStanding(tx).execute(
    sql`select 1 from consent_record where person_id = ${personId} and purpose = ${ended} union all select 1 from subject_standing where person_id = ${personId} and purpose = ${ended} limit 1`,
  )
  return (rowCount ?? 0) > 0
}

/**
 * Takes a browser's signal, where the policy obeys it, as its person's refusal of analysis; once, and on record. A person
 * is remembered only when the row was there before, so that an act that is rolled back is not lost.
 */
export const createSignals = (policy: CompiledPolicy, standing: Pick<Standing, 'place' | 'recordConsent'>): Signals => {
  const headers = (policy.source.signals ?? []).map((signal) => headerOf[signal])
  const choice = choiceOf(policy, ended)
  const done = new Set<string>()
  return async (tx, personId, sent) => {
    if (choice === null || done.has(personId) || !headers.some((header) => sent[header] === '1')) return
    if (await hasSpoken(tx, personId)) {
      done.add(personId)
      return
    }
    if (choice === 'consent')
      await standing.recordConsent(tx, { personId, purpose: ended, state: 'withdrawn', how: 'signal' })
    else await standing.place(tx, { personId, purpose: ended, kind: 'objection', by: personId })
  }
}
