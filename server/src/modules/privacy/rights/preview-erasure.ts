import { contract, type erasurePreview } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { readSubject, subjectNow } from './read-subject.ts'
import { keptAfterErasure, wordsOf } from './receipt.ts'
import type { Rights } from './rights.ts'

export type ErasurePreview = z.input<typeof erasurePreview>
type Told = Omit<ErasurePreview, 'kept'>

const irreversible =
  'An erasure cannot be undone once it has begun: nobody can bring back what it removes, from a backup neither. Take a copy first if you want one.'

const undecided = (preview: Pick<ErasurePreview, 'organisations'>) =>
  preview.organisations.filter(({ fate }) => fate === 'needs-decision')

/** A keyed hash of what a person is told: whoever has it was given this very text, and no other. */
const confirmationOf = ({ vault }: Rights, personId: string, told: object): string =>
  vault.keyedHash('erasure-preview', JSON.stringify([personId, told]))

const countsOf = async (rights: Rights, tx: Tx, personId: string) => {
  const all = rights.database.on(tx)
  const left = await rights.erasureGate.remaining(all, await subjectNow(rights, all, personId))
  return {
    removed: left
      .filter(({ due }) => due > 0)
      .map(({ table, due }) => ({ table, what: wordsOf(rights, table), rows: due })),
    held: left.some(({ held }) => held > 0),
  }
}

/** What an erasure would do to a person's data, if it began now. */
export const previewErasure = async (rights: Rights, tx: Tx, personId: string): Promise<Told> => {
  const { accounts, policy } = rights
  const atStake = await accounts.organisationsAtStake(tx, personId)
  const organisations = atStake.map(({ id, name, otherMembers, othersOwn }) => {
    const shared = othersOwn ? ('stays' as const) : ('needs-decision' as const)
    return { id, name, otherMembers, fate: otherMembers === 0 ? ('erased' as const) : shared }
  })
  const { removed, held } = await countsOf(rights, tx, personId)
  const told = {
    irreversible,
    delay: policy.accounts.erasureDelay.text,
    deadline: policy.source.rights.erasure?.deadline ?? 'P30D',
    held,
    organisations,
    blocked: (await accounts.mayLeave(tx, personId)) ? null : lastOperator,
  }
  const shown = { ...told, kept: keptAfterErasure(rights) }
  return { ...told, removed, confirmation: confirmationOf(rights, personId, shown) }
}

/** What stays, with how much of it is theirs now. Not confirmed with the rest: it changes with every act. */
const keptOf = async (rights: Rights, tx: Tx, personId: string): Promise<ErasurePreview['kept']> => {
  const found = await readSubject(rights, tx, await subjectNow(rights, tx, personId))
  const rows = new Map(found.map((one) => [one.table, one.rows.length]))
  return keptAfterErasure(rights).map((one) => ({ ...one, rows: rows.get(one.table) ?? 0 }))
}

export const lastOperator = 'The cloud needs an operator. Give someone else the role first.'

/**
 * Makes sure that a person saw what an erasure does, as it is now, and decided about what others share with them.
 * @throws Refusal conflict
 */
export const requireInformed = async (
  rights: Rights,
  tx: Tx,
  personId: string,
  given: { readonly confirmation: string; readonly closeOrganisations: readonly string[] },
): Promise<void> => {
  const preview = await previewErasure(rights, tx, personId)
  if (preview.blocked !== null) throw new Refusal('conflict', preview.blocked)
  if (given.confirmation !== preview.confirmation)
    throw new Refusal(
      'conflict',
      'What an erasure would keep is not what you were shown. Look at the preview (GET /api/v1/me/erasure/preview) and confirm that. Nothing was asked for.',
    )
  const open = undecided(preview).filter(({ id }) => !given.closeOrganisations.includes(id))
  if (open.length > 0) {
    const named = open.map(({ id, name, otherMembers }) => `${name} (${id}, ${otherMembers} others)`).join('; ')
    throw new Refusal(
      'conflict',
      `Nobody else owns ${named}. Make another member its owner, or name it in closeOrganisations: it closes with your erasure. Nothing was asked for.`,
    )
  }
}

export const previewRoute = (rights: Rights): Route =>
  route(contract.rights.previewErasure, async ({ tx, caller: { personId } }) => ({
    ...(await previewErasure(rights, tx, personId)),
    kept: await keptOf(rights, tx, personId),
  }))
