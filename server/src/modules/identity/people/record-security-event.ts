import type { Clock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { SecurityEventKind } from '../security-event-kinds.ts'
import { securityEvent } from '../tables.ts'

/** Writes to the security log. A refusal's event goes into a transaction of its own, or it would be undone with it. */
export const recordSecurityEvent = async (
  tx: Tx,
  clock: Clock,
  event: { kind: SecurityEventKind; personId: string | null; ipAddress: string | null },
): Promise<void> => {
  await tx.insert(securityEvent).values({ id: newId('sev', clock), at: clock.now(), ...event })
}
