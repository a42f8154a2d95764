import { type Endpoint, endpoints } from '@avow/contract'
import { createPerson, ok } from '../../people.ts'
import type { RunningAvow } from '../../start-avow.ts'
import { must, type Story } from '../story.ts'

const knock = async (avow: RunningAvow, { method, path }: Endpoint, token: string, ids: Record<string, string>) => {
  const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'none')
  const withBody = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${avow.url}/api/v1${address}`, { method, headers, ...withBody })
  await answer.arrayBuffer()
  return answer.status
}

const foreignTenants: Story = {
  kinds: ['tenant-isolation', 'roles-enforced'],
  does: "tries every member endpoint at somebody else's organisation",
  run: async ({ avow, leaving, staying }) => {
    const of = { organisationId: leaving.organisationId, projectId: leaving.projectId }
    const tried = Object.values(endpoints).filter(({ access }) => access.kind === 'member')
    for (const one of tried) {
      const status = await knock(avow, one, staying.person.token, of)
      must(status === 404, `${one.id} of another tenant answers ${status}`)
    }
    return `${tried.length} endpoints, each answered 404`
  },
}

const staffWithoutFactor: Story = {
  kinds: ['staff-second-factor', 'roles-enforced'],
  does: 'tries every staff endpoint as nobody’s staff, and as staff without a second factor',
  run: async ({ avow }) => {
    const tried = Object.values(endpoints).filter(({ access }) => access.kind === 'staff')
    for (const role of ['none', 'operator', 'privacy-officer', 'support'] as const) {
      const person = await createPerson(avow, 'staff')
      if (role !== 'none') await ok(avow.api().POST('/api/v1/operate/staff', { body: { email: person.email, role } }))
      for (const one of tried) {
        const status = await knock(avow, one, person.token, {})
        must(status === 403, `${one.id} answers ${status} to ${role} without a second factor`)
      }
    }
    return `${tried.length} endpoints in 4 roles, each answered 403`
  },
}

export const tenantStories: readonly Story[] = [foreignTenants, staffWithoutFactor]
