import type { CompiledPolicy } from '@avow/policy'
import { SubjectShredded, type Vault } from '../../platform/vault/index.ts'

/** Whence calls came, as far as the policy lists it among the fields of their records. */
export interface CallOrigins {
  /**
   * What a line of the journal keeps of a caller: sealed, since a journal is a file. Once for all calls of one client,
   * so that a call costs a look into memory.
   */
  note(ipAddress: string | null, userAgent: string | null): string
  /** What the database keeps of it: sealed for the organisation, in the place of this one record. */
  seal(of: { readonly id: string; readonly organisationId: string }, noted: string): Promise<SealedOrigin>
}

export interface SealedOrigin {
  readonly ipAddress: Buffer | null
  readonly userAgent: Buffer | null
}

type Origin = readonly [ipAddress: string | null, userAgent: string | null]

const context = 'usage-journal/origin'
const clientsMax = 5000
/** A line has to fit into the place of an open stream. */
const userAgentBytesMax = 256

const cut = (text: string): string => Buffer.from(text).subarray(0, userAgentBytesMax).toString()

/** The newest answers of `make`, bounded. */
const remembering = <T>(make: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= clientsMax) known.clear()
    const made = make(key)
    known.set(key, made)
    return made
  }
}

/** @returns null where the policy lists neither address nor user agent: then no call keeps one */
export const createCallOrigins = (deps: {
  readonly policy: Pick<CompiledPolicy, 'source'>
  readonly vault: Pick<Vault, 'seal' | 'open' | 'sealFor'>
  readonly unwanted: { withoutUnwanted(text: string | null): string | null }
}): CallOrigins | null => {
  const { policy, vault, unwanted } = deps
  const listed = policy.source.records?.calls ?? []
  const [keepsAddress, keepsAgent] = [listed.includes('IP address'), listed.includes('user agent')]
  if (!keepsAddress && !keepsAgent) return null

  const sealed = remembering((client) => {
    const [ipAddress = '', userAgent = ''] = client.split('\n')
    const kept: Origin = [ipAddress || null, unwanted.withoutUnwanted(cut(userAgent) || null)]
    return vault.seal(context, JSON.stringify(kept)).toString('base64url')
  })
  const opened = remembering((noted) => JSON.parse(vault.open(context, Buffer.from(noted, 'base64url'))) as Origin)

  return {
    note: (ipAddress, userAgent) => sealed(`${(keepsAddress && ipAddress) || ''}\n${(keepsAgent && userAgent) || ''}`),
    seal: async ({ id, organisationId }, noted) => {
      const [ipAddress, userAgent] = opened(noted)
      const cell = (column: string, text: string | null) =>
        text === null ? null : vault.sealFor(organisationId, { table: 'usage_event', column, row: id }, text)
      try {
        return {
          ipAddress: await cell('sealed_ip_address', ipAddress),
          userAgent: await cell('sealed_user_agent', userAgent),
        }
      } catch (error) {
        // Erased between the call and now: what is left of it is not about anybody.
        if (error instanceof SubjectShredded) return { ipAddress: null, userAgent: null }
        throw error
      }
    },
  }
}
