import { gunzipSync } from 'node:zlib'
import { contract } from '@avow/contract'
import { categories } from '@avow/policy'
import { and, eq, sql } from 'drizzle-orm'
import { evidenceLeaf, type Tx } from '../../../platform/db/index.ts'
import { type ApprovalRow, approvalCommitment, forbids, trainingApproval } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'
import { rightsOn, takeOut } from '../probe-rights.ts'
import { addSecondFactor, makeStaff } from '../probe-roles.ts'
import { openDetails } from '../training/index.ts'

interface Shown {
  readonly id: string
  readonly content: readonly string[]
  readonly givenAt: string
  readonly withdrawnAt: string | null
  readonly policyVersion: string
  readonly statement: string | null
}

/** Whether the log has what the row says, in the row's own words. */
const agreesWithLog = async ({ vault }: Pick<CheckedSystem, 'vault'>, tx: Tx, row: ApprovalRow): Promise<boolean> => {
  const [details] = await openDetails(tx, vault, [row])
  if (details == null || approvalCommitment(row, details) !== row.commitment) return false
  const given = and(eq(evidenceLeaf.gate, 'training'), eq(evidenceLeaf.decision, 'done'))
  return (await tx.$count(evidenceLeaf, and(given, eq(evidenceLeaf.commitment, row.commitment)))) > 0
}

class Undo extends Error {}

/** Tries to write something else into a record, around all code. */
const isChangeable = async (tx: Tx, id: string): Promise<boolean> => {
  const changes = [
    sql`content = array['content.workspace']`,
    sql`given_at = given_at - interval '1 year'`,
    sql`organisation_id = 'somebody else'`,
    sql`sealed_details = '\\x00'`,
  ]
  for (const change of changes) {
    try {
      await tx.transaction(async (inner) => {
        await inner.execute(sql`update training_approval set ${change} where id = ${id}`)
        throw new Undo()
      })
    } catch (error) {
      if (error instanceof Undo) return true
    }
  }
  return false
}

/** What a record must have, and what must become of it. */
const follow = async (world: ProbeWorld, system: CheckedSystem, person: ProbePerson, kind: string, given: Shown) => {
  const { tx, request } = world
  const { organisationId, projectId, token } = person
  const path = `/organisations/${organisationId}/training`
  const wrong: string[] = []
  const shown = async (): Promise<Shown | undefined> =>
    ((await request('GET', path, { token })).body as { items?: Shown[] }).items?.find(({ id }) => id === given.id)
  const seen = await shown()
  if (seen === undefined) return [`the organisation is not shown its ${kind}`]
  if (Number.isNaN(Date.parse(seen.givenAt))) wrong.push(`an ${kind} has no date`)
  if (seen.policyVersion !== system.policy.version || seen.content.length === 0 || !seen.statement?.includes('train'))
    wrong.push(`an ${kind} does not name what it agreed to`)
  const [row] = await tx.select().from(trainingApproval).where(eq(trainingApproval.id, given.id))
  if (row === undefined || !(await agreesWithLog(system, tx, row))) wrong.push(`an ${kind} is not as the log has it`)
  if (await isChangeable(tx, given.id)) wrong.push(`an ${kind} can be changed afterwards`)
  const copy = await takeOut(world, rightsOn(system, world), token)
  const archive = copy === null ? '' : gunzipSync(copy.archive).toString('utf8')
  if (!archive.includes(given.id) || !archive.includes(given.statement ?? ' ')) wrong.push(`an ${kind} is not exported`)
  const use = { organisationId, projectId, content: row?.content ?? [], people: [] }
  if (!(await system.gates.training.judge(tx, use)).allowed) wrong.push(`an ${kind} is without effect`)
  await request('POST', `${path}/${given.id}/withdraw`, { token, body: {} })
  if ((await system.gates.training.judge(tx, use)).allowed) wrong.push(`a withdrawn ${kind} still lets content train`)
  if ((await shown())?.withdrawnAt == null) wrong.push(`a withdrawn ${kind} is not shown as such`)
  return wrong
}

/** Lets an owner opt in and an officer write an approval down, each where the policy has it, and follows both. */
const probeRecords = (system: CheckedSystem): Promise<{ looked: number; violations: string[] }> =>
  withModule(system, async (world) => {
    const person = await world.join()
    const member = await world.join()
    await makeStaff(world, system, member)
    const { signedIn } = await addSecondFactor(world, system, member)
    const officer = String((signedIn.body as { token?: unknown }).token)
    const content = categories.filter((name) => name.startsWith('content.') && forbids(system.policy, name) === null)
    const document = { document: 'probe', signer: 'Probe', signedOn: '2020-01-01' }
    const ways = [
      ['written approval', officer, `/privacy/training/${person.organisationId}`, { content, ...document }],
      ['opt-in', person.token, `/organisations/${person.organisationId}/training`, { content }],
    ] as const
    const violations: string[] = []
    let looked = 0
    for (const [kind, token, path, body] of ways) {
      if (kind === 'opt-in' && system.policy.training !== 'opt-in') continue
      looked++
      const answer = await world.request('POST', path, { token, body })
      if (answer.status === contract.training.optIn.status)
        violations.push(...(await follow(world, system, person, kind, answer.body as Shown)))
      else violations.push(`an ${kind} cannot be given: ${answer.code}`)
    }
    return { looked, violations }
  })

/** Gives and takes back approvals of its own, then compares every one on record with the evidence log. */
export const trainingConsent: Check<'training-consent-kept'> = {
  name: 'training-consent',
  run: async (_rule, system) => {
    const { looked, violations } = await probeRecords(system)
    const { direct } = system.database
    const rows = await direct.select().from(trainingApproval)
    for (const row of rows)
      if (!(await agreesWithLog(system, direct, row)))
        violations.push(`an approval of ${row.givenAt.toISOString().slice(0, 10)} is not as the log has it`)
    const figure = `${looked} given, exported and withdrawn, changed in vain; ${count(rows.length, 'approval')} on record compared with the log`
    return finding(looked + rows.length, violations, figure)
  },
}
