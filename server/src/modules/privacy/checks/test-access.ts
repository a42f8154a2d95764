import type { staffAccessView } from '@avow/contract'
import type { z } from 'zod'

/** An access of staff as the contract shows it, all but the words for its reason: for endpoints that show too much in them. */
export const emptyAccess: Omit<z.input<typeof staffAccessView>, 'reason'> = {
  id: 'acc_x',
  scope: 'mail',
  staffRole: 'support',
  ticket: null,
  emergency: false,
  country: null,
  grantedAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-01T00:00:00Z',
  endedAt: null,
  active: false,
  reads: [],
  commitment: 'x',
  staffId: null,
  subjectId: null,
}
