import { createHash } from 'node:crypto'
import type { CompiledPolicy } from '@avow/policy'
import { and, eq, sql } from 'drizzle-orm'
import type { Clock } from '../clock/index.ts'
import { evidenceLeaf, type Tx } from '../db/index.ts'
import { recordDecision } from '../evidence/record-decision.ts'
import { Refusal } from '../http/problem.ts'
import type { Vault } from '../vault/index.ts'

/** What somebody wants to make public, as it will be shown. */
export interface PublicationWish {
  readonly organisationId: string
  /** What it is an entry of, such as `listing`, and its id. */
  readonly entry: string
  /** Who publishes: an id of a person. */
  readonly by: string
  /** Every field that becomes public, by its name in the policy. */
  readonly fields: Readonly<Record<string, string>>
}

declare const published: unique symbol
/** Fields that may be shown to anybody. Only the publication gate makes it, so that nothing else can be stored as public. */
export type Published = Readonly<Record<string, string>> & { readonly [published]: true }

export interface PublicationPreview {
  /** In the order of the policy. */
  readonly fields: readonly { readonly name: string; readonly text: string }[]
  /** What cannot be undone, in words for the publisher. */
  readonly warning: string
  /** Confirms these fields, by this person, once. */
  readonly confirmation: string
  readonly confirmBefore: Date
}

/** The only way to make a tenant's data public. */
export interface PublicationGate {
  /** What the policy lets become public; empty where it has no such thing. */
  readonly fields: readonly string[]
  /** @throws Refusal policy_refused, after it was recorded */
  preview(wish: PublicationWish): PublicationPreview
  /** @throws Refusal policy_refused; conflict for a confirmation of something else, used before, or too old */
  publish(tx: Tx, wish: PublicationWish, confirmation: string): Promise<Published>
  /** Takes it off what is shown, and says what that cannot undo. */
  unlist(tx: Tx, wish: Pick<PublicationWish, 'organisationId' | 'entry'>): Promise<{ readonly remains: string }>
}

interface Deps {
  readonly policy: Pick<CompiledPolicy, 'source' | 'hash'>
  readonly clock: Clock
  readonly vault: Pick<Vault, 'keyedHash'>
  /** Told of each refusal, to record it. */
  readonly refused: (gate: 'publication', rule: string) => void
}

const confirmMs = 15 * 60_000
const warning =
  'This becomes public at once. Whoever sees it may keep a copy, so that it cannot be called back: unlisting only stops showing it here.'
const remains =
  'It is shown here no longer. Copies that others made, or that search engines keep, stay where they are: they cannot be called back.'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The same for the same fields in any order. */
const textOf = (policyHash: string, { organisationId, entry, by, fields }: PublicationWish, untilMs: number): string =>
  JSON.stringify([policyHash, organisationId, entry, by, untilMs, Object.entries(fields).toSorted(byName)])

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1)

/** Two confirmations at once: the second waits for the first, and then sees it. */
const isUsed = async (tx: Tx, commitment: string): Promise<boolean> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`publication ${commitment}`}, 0))`)
  const done = and(eq(evidenceLeaf.gate, 'publication'), eq(evidenceLeaf.commitment, commitment))
  return (await tx.$count(evidenceLeaf, done)) > 0
}

export const createPublicationGate = ({ policy, clock, vault, refused }: Deps): PublicationGate => {
  const declared = policy.source.categories['content.published']?.fields ?? []
  const refuse = (rule: string, code: 'policy_refused' | 'conflict', why: string): Refusal => {
    refused('publication', rule)
    return new Refusal(code, `${why} Nothing became public.`)
  }
  const requireDeclared = ({ fields }: PublicationWish): void => {
    if (declared.length === 0)
      throw refuse('publish(nothing)', 'policy_refused', 'The policy lets nothing become public.')
    const names = Object.keys(fields)
    const beyond = names.filter((name) => !declared.includes(name))
    if (beyond.length > 0 || names.length === 0)
      throw refuse(
        'publish(beyond the declared)',
        'policy_refused',
        `The policy lets ${declared.join(', ')} become public, and nothing else.`,
      )
  }
  const sign = (wish: PublicationWish, untilMs: number): string =>
    `${untilMs}.${vault.keyedHash('publication', textOf(policy.hash, wish, untilMs))}`
  const requireConfirmed = (wish: PublicationWish, confirmation: string): void => {
    const untilMs = Number(confirmation.split('.')[0])
    if (!Number.isSafeInteger(untilMs) || confirmation !== sign(wish, untilMs))
      throw refuse('publish(unconfirmed)', 'conflict', 'What was confirmed is not what would become public.')
    if (untilMs <= clock.nowMs()) throw refuse('publish(too late)', 'conflict', 'The confirmation is too old.')
  }
  return {
    fields: declared,
    preview: (wish) => {
      requireDeclared(wish)
      const untilMs = clock.nowMs() + confirmMs
      return {
        fields: declared.flatMap((name) => {
          const text = wish.fields[name]
          return text === undefined ? [] : [{ name, text }]
        }),
        warning,
        confirmation: sign(wish, untilMs),
        confirmBefore: new Date(untilMs),
      }
    },
    publish: async (tx, wish, confirmation) => {
      requireDeclared(wish)
      requireConfirmed(wish, confirmation)
      const commitment = hashOf(confirmation)
      if (await isUsed(tx, commitment))
        throw refuse('publish(confirmed before)', 'conflict', 'This confirmation was used already.')
      const rule = `publish(${declared.filter((name) => name in wish.fields).length} of ${declared.length} fields)`
      await recordDecision(tx, clock, { gate: 'publication', decision: 'allowed', rule, commitment })
      return { ...wish.fields } as Published
    },
    unlist: async (tx) => {
      await recordDecision(tx, clock, { gate: 'publication', decision: 'done', rule: 'unlisted' })
      return { remains }
    },
  }
}
