import type { Tx } from '../../../platform/db/index.ts'
import type { Caller, ReplyControl, RequestFacts } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Identity } from '../identity.ts'
import { newSessionToken } from '../secrets.ts'
import { absoluteEnd, endOf, sessionRule } from './session-end.ts'
import { findSession, insertSession } from './session-store.ts'

export const sessionCookie = 'avow_session'

export const hashSessionToken = (vault: Identity['vault'], token: string): string => vault.keyedHash('session', token)

/** Begins a session; only the keyed hash of its token is stored. `expiresAt`: its end if it is not used again. */
export const beginSession = async (
  deps: Pick<Identity, 'vault' | 'clock' | 'policy'>,
  tx: Tx,
  of: { personId: string; passedSecondFactor: boolean; request: RequestFacts },
): Promise<{ sessionId: string; token: string; expiresAt: Date }> => {
  const now = deps.clock.now()
  const token = newSessionToken()
  const sessionId = newId('ses', deps.clock)
  const rule = sessionRule(deps.policy)
  const times = { createdAt: now, lastSeenAt: now, expiresAt: absoluteEnd(rule, now) }
  await insertSession(tx, deps.vault, {
    id: sessionId,
    personId: of.personId,
    tokenHash: hashSessionToken(deps.vault, token),
    ...times,
    secondFactorAt: of.passedSecondFactor ? now : null,
    ipAddress: of.request.ipAddress,
    userAgent: of.request.userAgent,
  })
  return { sessionId, token, expiresAt: endOf(rule, times) }
}

/** The browser forgets the cookie when the session ends. */
export const setSessionCookie = (reply: ReplyControl, token: string, expiresAt: Date, now: Date): void =>
  reply.setCookie(sessionCookie, token, {
    maxAgeSeconds: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
  })

/** A session that is used ends later, so a browser that came with the cookie is given it anew. */
export const renewSessionCookie = async (
  { clock, policy }: Pick<Identity, 'clock' | 'policy'>,
  tx: Tx,
  caller: Pick<Caller, 'personId' | 'sessionId'>,
  { request, reply }: { readonly request: RequestFacts; readonly reply: ReplyControl },
): Promise<void> => {
  const token = tokenOf(request.headers)
  if (caller.sessionId === null || token === null || request.headers.authorization !== undefined) return
  const row = await findSession(tx, caller.personId, caller.sessionId)
  if (row === undefined) return
  const now = clock.now()
  setSessionCookie(reply, token, endOf(sessionRule(policy), { ...row, lastSeenAt: now }), now)
}

export const clearSessionCookie = (reply: ReplyControl): void =>
  reply.setCookie(sessionCookie, '', { maxAgeSeconds: 0 })

/**
 * The session token of a request. An Authorization header decides alone: a request that has one is not checked for
 * foreign origins, so it must never fall back on the cookie.
 */
export const tokenOf = (headers: RequestFacts['headers']): string | null => {
  const { authorization, cookie } = headers
  if (authorization !== undefined) {
    const parts = typeof authorization === 'string' ? /^Bearer +(\S{1,500})$/i.exec(authorization) : null
    return parts?.[1] ?? null
  }
  if (typeof cookie !== 'string') return null
  const pair = cookie.split(/; */).find((one) => one.startsWith(`${sessionCookie}=`))
  const value = pair?.slice(sessionCookie.length + 1)
  return value === undefined || value === '' ? null : value
}
