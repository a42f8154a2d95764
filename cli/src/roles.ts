import type { OrganisationRole, StaffRole } from '@avow/contract'

/** The roles as the contract names them; spelt out so that a command does not load the whole contract for its help. */
export const memberRoles = [
  'owner',
  'admin',
  'member',
  'billing',
  'viewer',
] as const satisfies readonly OrganisationRole[]
export const staffRoleNames = ['operator', 'privacy-officer', 'support'] as const satisfies readonly StaffRole[]
