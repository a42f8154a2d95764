import { createHash } from 'node:crypto'
import { contract, type receiptView } from '@avow/contract'
import type { z } from 'zod'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { randomBase62 } from '../../../platform/ids.ts'
import { findByReceipt } from './request-store.ts'
import { viewRequest } from './request-view.ts'
import type { Rights } from './rights.ts'
import { listErasureNotices } from './tell-processors.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The key to a receipt: 256 random bits. The server keeps a keyed hash of it. */
export const newReceiptToken = (): string => randomBase62(43)

export const hashReceiptToken = ({ vault }: Pick<Rights, 'vault'>, token: string): string =>
  vault.keyedHash('receipt', token)

/** The salt comes from the token, so that only the holder of the receipt has it. */
const saltOf = (token: string): string => sha256(`avow receipt salt\n${token}`)

/** What the evidence log says of whom it was: nothing to anybody without the salt. */
export const commitTo = (token: string, email: string): string => sha256(`${saltOf(token)}\n${email}`)

type Kept = z.input<typeof receiptView>['kept'][number]

/** What a table holds of people, in the words of the policy. */
export const wordsOf = ({ map, policy }: Pick<Rights, 'map' | 'policy'>, table: string): string => {
  const categories = map.filter((one) => one.table === table).map(({ category }) => category)
  const labels = categories.flatMap((one) => (one === 'system' ? [] : (policy.category(one)?.label ?? one)))
  return labels.length === 0 ? table : [...new Set(labels)].join(', ')
}

/** What an erasure leaves by the data map, and why. */
export const keptAfterErasure = ({ map, policy }: Pick<Rights, 'map' | 'policy'>): Kept[] => {
  const tables = new Map<string, Kept>()
  for (const { table, erasure, retention } of map) {
    if (erasure !== 'keep' && erasure !== 'pseudonymise') continue
    const rule = policy.retention(retention.class)
    const period = rule === null || rule.period === 'forever' ? 'forever' : rule.period.text
    const why =
      erasure === 'keep'
        ? 'law asks for it; it names you no more than by an id that leads nowhere'
        : 'others rely on the row; your name, address and ids are gone from it'
    if (tables.get(table)?.how !== 'kept')
      tables.set(table, {
        table,
        what: wordsOf({ map, policy }, table),
        how: erasure === 'keep' ? 'kept' : 'without the person',
        period,
        why,
      })
  }
  return [...tables.values()]
}

/** The receipt of an erasure, for whoever has its token; nobody needs an account for it. */
export const showReceipt = (rights: Rights): Route =>
  route(contract.rights.receipt, async ({ tx, params }) => {
    const row = await findByReceipt(tx, hashReceiptToken(rights, params.token))
    if (row?.commitment == null) throw new Refusal('not_found')
    const { evidence } = rights
    const index = row.evidenceSequence === null ? undefined : await evidence.indexOf(row.evidenceSequence)
    return {
      ...viewRequest(row, rights.clock.now()),
      // Before the end more is still there than what an erasure leaves.
      kept: row.state === 'done' ? keptAfterErasure(rights) : [],
      processors: (await listErasureNotices(tx, row.id)).map(({ name, state, reason, at }) => ({
        ...{ name, state, reason },
        at: at.toISOString(),
      })),
      commitment: row.commitment,
      salt: saltOf(params.token),
      proof: index === undefined ? null : ((await evidence.proof(index)) ?? null),
      verifierKey: evidence.verifierKey,
    }
  })
