import type { OrganisationRole } from '../../app/views.ts'

/** Roles in an organisation, with what each may do in words. */
export const roleWords: Record<OrganisationRole, string> = {
  owner: 'everything, owners included',
  admin: 'everything but making owners',
  member: 'keys, calls and usage of the projects',
  billing: 'usage and bills only',
  viewer: 'looks, changes nothing',
}

export const roles = Object.keys(roleWords) as OrganisationRole[]
export const roleOf = (value: string): OrganisationRole => roles.find((role) => role === value) ?? 'member'

/** Choices of a role for a form; only an owner may make an owner. */
export const roleChoices = (mayMakeOwner: boolean) =>
  roles
    .filter((role) => mayMakeOwner || role !== 'owner')
    .map((role) => ({ value: role, label: `${role}: ${roleWords[role]}` }))
