import type { choicesView, consentView, purposeChoiceView } from '@avow/contract'
import type { CompiledPolicy, Purpose } from '@avow/policy'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import {
  choiceOf,
  listConsents,
  listStandings,
  type PersonStanding,
  readStandings,
  type Stop,
  stopOf,
} from '../../../platform/gates/index.ts'

type PurposeChoice = z.input<typeof purposeChoiceView>
type ConsentRow = Awaited<ReturnType<typeof listConsents>>[number]
type StandingRow = Awaited<ReturnType<typeof listStandings>>[number]

const stopWords: Record<Stop, string> = {
  'not in the policy': 'the policy does not have it',
  restricted: 'the use of the data is restricted',
  objected: 'it was objected to',
  'consent missing': 'no consent was given',
  'consent withdrawn': 'the consent was withdrawn',
  limited: 'the use of sensitive data is limited',
}

const basisWords: Record<string, string> = {
  contract: 'the service that was asked for needs it',
  consent: 'consent was given',
  'legal-obligation': 'law demands it',
  'legitimate-interest': 'it is in our legitimate interest',
  'vital-interest': 'it protects somebody’s life',
  'public-task': 'it is a task in the public interest',
}

const describe = (
  policy: CompiledPolicy,
  purpose: Purpose,
  said: PersonStanding | undefined,
  standings: readonly StandingRow[],
  consents: readonly ConsentRow[],
): PurposeChoice => {
  const { label = purpose, basis = 'none' } = policy.purposes.get(purpose) ?? {}
  const stop = stopOf(policy, said, purpose)
  const word =
    standings.find((one) => (stop === 'restricted' ? one.kind === 'restriction' : one.purpose === purpose))?.since ??
    consents.find((one) => one.purpose === purpose && one.supersededAt === null)?.at
  return {
    purpose,
    label,
    basis,
    choice: choiceOf(policy, purpose) ?? 'none',
    used: stop === null,
    because: stop === null ? (basisWords[basis] ?? basis) : stopWords[stop],
    since: word?.toISOString() ?? null,
  }
}

/** What a person's data serves now, and what they may say to it. */
export const viewChoices = async (
  policy: CompiledPolicy,
  tx: Tx,
  personId: string,
): Promise<z.input<typeof choicesView>> => {
  const standings = await listStandings(tx, personId)
  const consents = await listConsents(tx, personId)
  const said = (await readStandings(tx, [personId])).get(personId)
  const restriction = standings.find((one) => one.kind === 'restriction')
  const limit = standings.find((one) => one.kind === 'limit')
  return {
    personId,
    restriction:
      restriction === undefined ? null : { since: restriction.since.toISOString(), ground: restriction.ground },
    limit: limit === undefined ? null : { since: limit.since.toISOString() },
    sensitive: Object.values(policy.source.categories).flatMap((one) => (one.sensitive === true ? [one.label] : [])),
    purposes: [...policy.purposes.keys()].map((purpose) => describe(policy, purpose, said, standings, consents)),
  }
}

export const viewConsent = (row: ConsentRow): z.input<typeof consentView> => ({
  id: row.id,
  purpose: row.purpose,
  state: row.state,
  at: row.at.toISOString(),
  policy: row.policy,
  policyVersion: row.policyVersion,
  how: row.how,
  recordedBy: row.recordedBy,
  supersededAt: row.supersededAt?.toISOString() ?? null,
})
