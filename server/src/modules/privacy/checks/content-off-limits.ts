import { randomBytes } from 'node:crypto'
import { type Endpoint, staffRoles } from '@avow/contract'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { withCalls } from '../probe-calls.ts'
import { type ProbeWorld, withModule } from '../probe-people.ts'
import { searchEverywhere } from '../probe-rights.ts'
import { addSecondFactor, makeStaff, staffEndpoints } from '../probe-roles.ts'

/** Begins everything that the probe plants as content. */
const mark = 'avow-content-'

const pathOf = ({ path }: Endpoint, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? 'none'))

/** Reading endpoints of staff that answer here. */
const readersIn = ({ routes }: ProbeWorld): Endpoint[] =>
  staffEndpoints.filter(({ id, method }) => method === 'GET' && routes.some(({ endpoint }) => endpoint.id === id))

/** Asks every reading endpoint of staff in every role that may; which of them show content. */
const askStaff = async (world: ProbeWorld, system: CheckedSystem): Promise<{ tries: number; shown: string[] }> => {
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
  }
  return { tries, shown: [...shown] }
}

/** Columns for content that somebody with the database alone could read. */
const openColumns = ({ map }: CheckedSystem): string[] =>
  map
    .filter(({ category, sealedFor, opaque }) => category.startsWith('content.') && sealedFor === null && !opaque)
    .map(({ table, column }) => `${table}.${column} holds content that is not sealed`)

/** Sends a prompt through the real gateway, then looks for it in every table and by every reading endpoint of staff. */
export const contentOffLimits: Check<'content-off-limits'> = {
  name: 'content-off-limits',
  run: async (_rule, system) => {
    const prompt = `${mark}${randomBytes(8).toString('hex')}`
    const sent = await withCalls(
      system,
      () => ({ promptTokens: 9, completionTokens: 9 }),
      ({ chat }) => chat(prompt),
    )
    const { tries, shown, found } = await withModule(system, async (world) => ({
      ...(await askStaff(world, system)),
      found: (await searchEverywhere(world.tx, system, mark)).found,
    }))
    const violations = [
      ...openColumns(system),
      ...shown.map((id) => `${id} shows staff content`),
      ...[...found.keys()].map((table) => `content stands in ${table}`),
    ]
    const figure = `1 prompt sent, ${count(tries, 'answer')} of staff endpoints in ${staffRoles.length} roles and every table searched`
    const unseen = sent.status === 200 ? 'not built yet: workspaces' : `a prompt could not be sent: ${sent.status}`
    return finding(tries, violations, figure, unseen)
  },
}
