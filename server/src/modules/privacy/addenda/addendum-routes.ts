import { randomBytes } from 'node:crypto'
import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import { and, desc, eq } from 'drizzle-orm'
import type { Clock } from '../../../platform/clock/index.ts'
import type { MappedColumn, Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Vault } from '../../../platform/vault/index.ts'
import { commitTo } from '../plans/index.ts'
import { type Addendum, makeAddendum } from './addendum-text.ts'
import { processingAddendum } from './tables.ts'

export interface Addenda {
  readonly policy: CompiledPolicy
  readonly map: readonly MappedColumn[]
  readonly clock: Clock
  readonly vault: Pick<Vault, 'sealFor' | 'openMany'>
}

type Row = typeof processingAddendum.$inferSelect
interface Signatory {
  readonly signatory: string
  readonly title: string
}

const placeOf = (row: string) => ({ table: 'processing_addendum', column: 'sealed_signatory', row })

const viewCopies = async ({ vault }: Addenda, tx: Tx, rows: readonly Row[], now: Addendum) => {
  const opened = await vault.openMany(
    tx,
    rows.map(({ id, organisationId, sealedSignatory }) => ({
      subject: organisationId,
      place: placeOf(id),
      sealed: sealedSignatory,
    })),
  )
  return rows.map((row, at) => {
    const plain = opened[at] ?? null
    const { signatory, title } = plain === null ? { signatory: null, title: null } : (JSON.parse(plain) as Signatory)
    const { id, policy, policyVersion, hash, text, salt, signedBy } = row
    return {
      ...{ id, policy, policyVersion, hash, text, salt, signedBy, signatory, title },
      signedAt: row.signedAt.toISOString(),
      current: hash === now.hash,
    }
  })
}

interface Signature extends Signatory {
  readonly organisationId: string
  readonly hash: string
  readonly by: string
}

/** Keeps what was signed and countersigns it in the evidence log. @throws Refusal conflict, invalid_request */
const signAddendum = async (deps: Addenda, tx: Tx, wish: Signature): Promise<Row> => {
  const { organisationId, hash, by, signatory, title } = wish
  const now = makeAddendum(deps.policy, deps.map)
  if (hash !== now.hash)
    throw new Refusal('conflict', 'The addendum is not the one that you read: the policy changed. Read it again.')
  const same = and(eq(processingAddendum.organisationId, organisationId), eq(processingAddendum.hash, hash))
  if ((await tx.$count(processingAddendum, same)) > 0)
    throw new Refusal('conflict', 'Your organisation has signed this addendum already.')
  const id = newId('dpa', deps.clock)
  const salt = randomBytes(32).toString('hex')
  const [row] = await tx
    .insert(processingAddendum)
    .values({
      ...now,
      ...{ id, organisationId, salt },
      signedAt: deps.clock.now(),
      signedBy: by,
      sealedSignatory: await deps.vault.sealFor(organisationId, placeOf(id), JSON.stringify({ signatory, title })),
    })
    .returning()
  if (row === undefined) throw new Error('a signed addendum was not kept')
  const decision = { gate: 'rights', decision: 'done', rule: 'addendum-signed' } as const
  await recordDecision(tx, deps.clock, { ...decision, commitment: commitTo(hash, salt) })
  return row
}

/** The data processing addendum of an organisation: made, signed, and kept as it was signed. */
export const addendumRoutes = (deps: Addenda): readonly Route[] => [
  route(contract.addenda.show, async () => makeAddendum(deps.policy, deps.map)),
  route(contract.addenda.sign, async ({ tx, params, body, caller }) => {
    const row = await signAddendum(deps, tx, { ...params, ...body, by: caller.personId })
    const [view] = await viewCopies(deps, tx, [row], makeAddendum(deps.policy, deps.map))
    if (view === undefined) throw new Error('a signed addendum was not shown')
    return view
  }),
  route(contract.addenda.list, async ({ tx, params }) => {
    const rows = await tx
      .select()
      .from(processingAddendum)
      .where(eq(processingAddendum.organisationId, params.organisationId))
      .orderBy(desc(processingAddendum.signedAt), desc(processingAddendum.id))
    return { items: await viewCopies(deps, tx, rows, makeAddendum(deps.policy, deps.map)) }
  }),
]
