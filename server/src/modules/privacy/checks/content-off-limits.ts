import { randomBytes } from 'node:crypto'
import { type Endpoint, staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withBodies } from '../probe-bodies.ts'
import type { ProbePerson, ProbeWorld } from '../probe-people.ts'
import { searchEverywhere, searchInClear } from '../probe-rights.ts'
import { addSecondFactor, makeStaff, staffEndpoints } from '../probe-roles.ts'

/** Begins everything that the probe plants as content. */
const mark = 'avow-content-'

const pathOf = ({ path }: Endpoint, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? 'none'))

/** Reading endpoints of staff that answer here. */
const readersIn = ({ routes }: ProbeWorld): Endpoint[] =>
  staffEndpoints.filter(({ id, method }) => method === 'GET' && routes.some(({ endpoint }) => endpoint.id === id))

/** Asks every reading endpoint of staff in every role that may, and a customer's own; which of them show content. */
const askStaff = async (
  world: ProbeWorld,
  system: CheckedSystem,
  customer: Pick<ProbePerson, 'projectId'>,
): Promise<{ tries: number; shown: string[] }> => {
  const member = await world.join()
  await makeStaff(world, system, member)
  const { signedIn } = await addSecondFactor(world, system, member)
  const { personId, organisationId, projectId } = member
  const token = String((signedIn.body as { token?: unknown }).token)
  const shown = new Set<string>()
  let tries = 0
  for (const role of staffRoles) {
    await world.tx.execute(sql`update staff_member set role = ${role} where person_id = ${personId}`)
    for (const endpoint of readersIn(world)) {
      if (endpoint.access.kind === 'staff' && !endpoint.access.roles.includes(role)) continue
      const path = pathOf(endpoint, { personId, organisationId, projectId })
      const { body } = await world.request('GET', path, { token })
      if (JSON.stringify(body).includes(mark)) shown.add(endpoint.id)
      tries += 1
    }
    // Nor does being staff open a customer's own door.
    const theirs = await world.request('GET', `/projects/${customer.projectId}/bodies`, { token })
    if (theirs.code === null) shown.add('bodies.list')
    tries += 1
  }
  return { tries, shown: [...shown] }
}

/** Columns for content that somebody with the database alone could read. */
const openColumns = ({ map }: CheckedSystem): string[] =>
  map
    .filter(({ category, sealedFor, opaque }) => category.startsWith('content.') && sealedFor === null && !opaque)
    .map(({ table, column }) => `${table}.${column} holds content that is not sealed`)

/**
 * Sends a prompt through the real gateway for a project that keeps bodies, if it may, then looks for it in the clear in every
 * table, and by every reading endpoint of staff.
 */
export const contentOffLimits: Check<'content-off-limits'> = {
  name: 'content-off-limits',
  run: async (_rule, system) => {
    const prompt = `${mark}${randomBytes(8).toString('hex')}`
    const mayKeep = system.policy.bodies !== 'never'
    const { tries, shown, found, own } = await withBodies(
      system,
      async ({ world, person, keep, call, settle, read }) => {
        if (mayKeep) await keep(person, true)
        await call(person, prompt)
        await settle()
        return {
          ...(await askStaff(world, system, person)),
          found: (await (mayKeep ? searchInClear(world.tx, mark) : searchEverywhere(world.tx, system, mark))).found,
          own: (await read(person, person)) ?? [],
        }
      },
    )
    const isKept = own.some((text) => text.includes(prompt))
    const violations = [
      ...openColumns(system),
      ...shown.map((id) => `${id} shows staff content`),
      ...[...found.keys()].map((table) => `content stands in ${table}`),
    ]
    const figure = `1 prompt sent${isKept ? ' and kept sealed' : ''}, ${count(tries, 'answer')} of staff endpoints in ${staffRoles.length} roles and every table searched`
    const unseen = isKept === mayKeep ? 'not built yet: workspaces' : 'a body could not be kept'
    return finding(tries, violations, figure, unseen)
  },
}
