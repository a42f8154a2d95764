import type { StaffRole } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'

/** Whether a session may act as staff: in a staff role and, where the policy asks, past a second factor. */
export const isStaffActive = (
  policy: Pick<CompiledPolicy, 'staffSecondFactor'>,
  session: { staffRole: StaffRole | null; hasSecondFactor: boolean; passedSecondFactor: boolean },
): boolean =>
  session.staffRole !== null &&
  (policy.staffSecondFactor === 'optional' || (session.hasSecondFactor && session.passedSecondFactor))
