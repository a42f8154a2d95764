import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { nobody } from '../../../platform/vault/index.ts'
import type { Identity } from '../identity.ts'
import type { SecurityEventKind } from '../security-event-kinds.ts'
import { securityEvent } from '../tables.ts'

/** Writes to the security log. A refusal's event goes into a transaction of its own, or it would be undone with it. */
export const recordSecurityEvent = async (
  tx: Tx,
  { clock, vault }: Pick<Identity, 'clock' | 'vault'>,
  event: { kind: SecurityEventKind; personId: string | null; ipAddress: string | null },
): Promise<void> => {
  const { kind, personId, ipAddress } = event
  const id = newId('sev', clock)
  const place = { table: 'security_event', column: 'sealed_ip_address', row: id }
  const sealedIpAddress = ipAddress === null ? null : await vault.sealFor(personId ?? nobody, place, ipAddress)
  await tx.insert(securityEvent).values({ id, at: clock.now(), kind, personId, sealedIpAddress })
}
