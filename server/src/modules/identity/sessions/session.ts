import type { Tx } from '../../../platform/db/index.ts'
import type { ReplyControl, RequestFacts } from '../../../platform/http/index.ts'
import { newId } from '../../../platform/ids.ts'
import { day, type Identity } from '../identity.ts'
import { newSessionToken } from '../secrets.ts'
import { insertSession } from './session-store.ts'

/** A session ends after this time without use. */
export const sessionIdleMsMax = 7 * day
/** A session ends after this time in any case. */
export const sessionAgeMsMax = 30 * day

export const sessionCookie = 'avow_session'

export const hashSessionToken = (vault: Identity['vault'], token: string): string => vault.keyedHash('session', token)

/** The instant before which a session's last use must not lie. */
export const idleSince = (clock: Identity['clock']): Date => new Date(clock.nowMs() - sessionIdleMsMax)

/** Begins a session; only the keyed hash of its token is stored. */
export const beginSession = async (
  deps: Pick<Identity, 'vault' | 'clock'>,
  tx: Tx,
  of: { personId: string; passedSecondFactor: boolean; request: RequestFacts },
): Promise<{ sessionId: string; token: string; expiresAt: Date }> => {
  const now = deps.clock.now()
  const token = newSessionToken()
  const sessionId = newId('ses', deps.clock)
  const expiresAt = new Date(now.getTime() + sessionAgeMsMax)
  await insertSession(tx, {
    id: sessionId,
    personId: of.personId,
    tokenHash: hashSessionToken(deps.vault, token),
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
    secondFactorAt: of.passedSecondFactor ? now : null,
    ipAddress: of.request.ipAddress,
    userAgent: of.request.userAgent,
  })
  return { sessionId, token, expiresAt }
}

export const setSessionCookie = (reply: ReplyControl, token: string): void =>
  reply.setCookie(sessionCookie, token, { maxAgeSeconds: sessionAgeMsMax / 1000 })

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
