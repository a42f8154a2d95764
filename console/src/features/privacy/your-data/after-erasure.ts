import type { DataMapColumn, Policy } from '../../../app/views.ts'
import { periodWords, whatIs } from './held-words.ts'

/** What an erasure leaves, in plain words. */
export interface Stays {
  what: string
  why: string
  until: string
}

const reasons: Partial<Record<string, string>> = {
  keep: 'law asks for it; it names you by an id that leads nowhere',
  pseudonymise: 'the row stays for others, without your name, address and ids',
}

/** What of the data about users stays after an erasure, by the data map: each kind once, with the policy's period. */
export const staysAfterErasure = (map: readonly DataMapColumn[], policy: Pick<Policy, 'retention'>): Stays[] => {
  const stays = map
    .filter(({ subject, category }) => subject === 'user' && category !== 'system')
    .flatMap(({ category, erasure, retention }) => {
      const why = reasons[erasure]
      const rule = policy.retention.find(({ retentionClass }) => retentionClass === retention)
      if (why === undefined || rule === undefined) return []
      return [{ what: whatIs(category), why, until: periodWords(rule.period, rule.trigger) }]
    })
  return [...new Map(stays.map((one) => [`${one.what} ${one.why} ${one.until}`, one])).values()]
}
