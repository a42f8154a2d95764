import type { OrganisationRole, StaffRole } from '@avow/contract'
import { createPerson, mailTo, ok, type Person, tokenIn, totpCode } from './people.ts'
import type { RunningAvow } from './start-avow.ts'

/** Someone who calls the API, as far as access goes. */
export interface Actor {
  readonly name: string
  /** Absent: a signed-out stranger. */
  readonly token?: string
  readonly personId?: string
  /** In the organisation that is asked about; absent: a stranger to it. */
  readonly role?: OrganisationRole
  readonly staff?: { readonly role: StaffRole; readonly active: boolean }
}

/** Everyone who may knock on a door: each role of one organisation, the owner of another, staff of each kind, a stranger. */
export interface Cast {
  readonly actors: readonly Actor[]
  readonly owner: Person
  readonly organisationId: string
  readonly projectId: string
  /** The other tenant. */
  readonly foreign: { readonly owner: Person; readonly organisationId: string; readonly projectId: string }
  /** On the staff, to be taken off it. */
  readonly leavingStaffId: string
}

const homeOf = async ({ api }: Person): Promise<{ organisationId: string; projectId: string }> => {
  const organisationId = (await ok(api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
  const projects = await ok(
    api.GET('/api/v1/organisations/{organisationId}/projects', { params: { path: { organisationId } } }),
  )
  return { organisationId, projectId: projects.items[0]?.id ?? '' }
}

const join = async (
  avow: RunningAvow,
  owner: Person,
  organisationId: string,
  role: OrganisationRole,
): Promise<Actor> => {
  const person = await createPerson(avow, role)
  const path = { organisationId }
  await ok(
    owner.api.POST('/api/v1/organisations/{organisationId}/invitations', {
      params: { path },
      body: { email: person.email, role },
    }),
  )
  const token = tokenIn(await mailTo(avow, person.email))
  await ok(person.api.POST('/api/v1/invitations/accept', { body: { token } }))
  return { name: role, token: person.token, personId: person.id, role }
}

/** Signs up, gets a staff role and, where wanted, a session with a second factor. */
export const hire = async (avow: RunningAvow, role: StaffRole, withFactor: boolean): Promise<Actor> => {
  const person = await createPerson(avow, role)
  await ok(avow.api().POST('/api/v1/operate/staff', { body: { email: person.email, role } }))
  const actor = {
    name: withFactor ? role : `${role} without a second factor`,
    personId: person.id,
    staff: { role, active: withFactor },
  }
  if (!withFactor) return { ...actor, token: person.token }
  const setup = await ok(person.api.POST('/api/v1/me/totp', { body: { password: person.password } }))
  await ok(person.api.POST('/api/v1/me/totp/confirm', { body: { code: totpCode(setup.uri ?? '') } }))
  const body = { email: person.email, password: person.password, code: setup.backupCodes?.[0] ?? '', tokenWanted: true }
  const signedIn = await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body }))
  return { ...actor, token: signedIn.token ?? '' }
}

/** Makes everyone. */
export const createCast = async (avow: RunningAvow): Promise<Cast> => {
  const owner = await createPerson(avow, 'owner')
  const home = await homeOf(owner)
  const outsider = await createPerson(avow, 'outsider')
  const members: Actor[] = [{ name: 'owner', token: owner.token, personId: owner.id, role: 'owner' }]
  for (const role of ['admin', 'member', 'billing', 'viewer'] as const)
    members.push(await join(avow, owner, home.organisationId, role))
  const leaving = await hire(avow, 'support', false)
  const staff: Actor[] = [
    { name: 'operator token', token: avow.operatorToken, staff: { role: 'operator', active: true } },
    await hire(avow, 'privacy-officer', true),
    await hire(avow, 'support', true),
    await hire(avow, 'operator', false),
  ]
  return {
    actors: [
      { name: 'stranger' },
      { name: 'owner of another organisation', token: outsider.token, personId: outsider.id },
      ...members,
      ...staff,
    ],
    owner,
    ...home,
    foreign: { owner: outsider, ...(await homeOf(outsider)) },
    leavingStaffId: leaving.personId ?? '',
  }
}
