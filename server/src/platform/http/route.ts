import type { Access, Endpoint } from '@avow/contract'
import type { z } from 'zod'
import type { Tx } from '../db/index.ts'

/** Who is calling, as far as the platform must know; identity's `authorise` makes it. */
export interface Caller {
  readonly personId: string
  readonly sessionId: string | null
  /** `operator-token`: the CLI on the machine itself. */
  readonly via: 'session' | 'operator-token'
  readonly staffRole: string | null
  /** Staff acts are allowed: this session passed a second factor. */
  readonly staffActive: boolean
  /** The role in the organisation of the path, for `member` endpoints. */
  readonly role: string | null
  readonly organisationId: string | null
}

export interface RequestFacts {
  readonly id: string
  readonly ipAddress: string
  readonly userAgent: string | null
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Signal that the client has gone. */
  readonly aborted: AbortSignal
}

export interface ReplyControl {
  setCookie(name: string, value: string, options: { maxAgeSeconds: number }): void
  setHeader(name: string, value: string): void
}

type Out<S> = S extends z.ZodType ? z.output<S> : undefined
type In<S> = S extends z.ZodType ? z.input<S> : never

/** What a handler gets. `caller` is null on public endpoints only. */
export interface Context<E extends Endpoint> {
  /** The request's one transaction (see TransactionOwner). */
  readonly tx: Tx
  readonly caller: E['access'] extends { kind: 'public' } ? Caller | null : Caller
  readonly params: Out<E['params']>
  readonly query: Out<E['query']>
  readonly body: Out<E['body']>
  readonly request: RequestFacts
  readonly reply: ReplyControl
  /** Looks through what came packed inside the body, as the body itself is. @throws Refusal unwanted_content */
  readonly lookThrough: (unpacked: unknown) => void
  /** Done once the request's transaction is committed and before its answer; not at all if it is rolled back. */
  readonly afterCommit: (work: () => Promise<void>) => void
}

export type Handler<E extends Endpoint> = (
  context: Context<E>,
) => Promise<E['response'] extends z.ZodType ? In<E['response']> : void>

/**
 * Who opens the transaction. `handler`: `tx` is no transaction, and the handler opens its own. For the few requests
 * whose refusal must leave a trace, or that compute for long before they write. They take no Idempotency-Key.
 */
export type TransactionOwner = 'request' | 'handler'

export interface Route {
  readonly endpoint: Endpoint
  readonly handler: (context: Context<Endpoint>) => Promise<unknown>
  readonly transactionOwner: TransactionOwner
}

/** Binds an endpoint of the contract to its handler. */
export const route = <const E extends Endpoint>(
  endpoint: E,
  handler: Handler<E>,
  transactionOwner: TransactionOwner = 'request',
): Route => ({
  endpoint,
  handler: handler as unknown as Route['handler'],
  transactionOwner,
})

/**
 * Decides whether a request may call an endpoint. Given by identity.
 * @returns the caller, or null on a public endpoint without one
 * @throws Refusal not_signed_in, not_found, forbidden, second_factor_not_set_up
 */
export type Authorise = (
  tx: Tx,
  access: Access,
  params: Record<string, string>,
  request: RequestFacts,
) => Promise<Caller | null>
