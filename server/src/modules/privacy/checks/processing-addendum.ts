import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { type ProbePerson, type ProbeWorld, withModule } from '../probe-people.ts'

interface Shown {
  readonly hash?: string
  readonly text?: string
}
interface Copy extends Shown {
  readonly id?: string
  readonly signatory?: string | null
  readonly salt?: string
  readonly current?: boolean
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What the policy in force says, and an addendum made from it must say too. */
const factsOf = ({ policy }: CheckedSystem): string[] => {
  const { source } = policy
  return [
    source.operator.name,
    policy.hash,
    source.security.tlsMinimum,
    source.security.passwordHash.algorithm,
    ...[...policy.purposes.values()].map(({ label }) => label),
    ...source.recipients.map(({ name }) => name),
    ...(source.regions.transfers ?? []).map(({ safeguard }) => safeguard),
    ...(source.incidents?.customers === undefined ? [] : [source.incidents.customers]),
    ...Object.values(source.contacts).flatMap(({ email }) => email ?? []),
  ]
}

const signature = { signatory: 'Ada Probe', title: 'Managing director' }

/** Reads the addendum as the owner does; what of the policy it does not say. */
const read = async (world: ProbeWorld, system: CheckedSystem, owner: ProbePerson) => {
  const { status, body } = await world.request('GET', `/organisations/${owner.organisationId}/addendum`, owner)
  const { hash = '', text = '' } = (body ?? {}) as Shown
  const missing = factsOf(system).filter((fact) => !text.includes(fact))
  const violations = [
    ...(status === 200 ? [] : [`the addendum is not given: status ${status}`]),
    ...missing.map((fact) => `the addendum does not say: ${fact}`),
    ...(hash === sha256(text) ? [] : ['the hash is not that of the text']),
  ]
  return { hash, text, violations }
}

const isInEvidence = async (world: ProbeWorld, { hash = '', salt = '' }: Copy): Promise<boolean> => {
  const commitment = sha256(`${hash}\n${salt}`)
  const { rowCount } = await world.tx.execute(
    sql`select 1 from evidence_leaf where rule = 'addendum-signed' and commitment = ${commitment}`,
  )
  return (rowCount ?? 0) > 0
}

/** Signs what was read, tries to sign what was not, and looks whether the copy is kept as it was. */
const sign = async (world: ProbeWorld, owner: ProbePerson, { hash, text }: { hash: string; text: string }) => {
  const path = `/organisations/${owner.organisationId}/addendum`
  const post = (of: string) => world.request('POST', path, { token: owner.token, body: { hash: of, ...signature } })
  const other = await post(sha256('another text'))
  const signed = await post(hash)
  const { body } = await world.request('GET', `/organisations/${owner.organisationId}/addenda`, owner)
  const copies = ((body as { items?: readonly Copy[] } | null)?.items ?? []) as readonly Copy[]
  const [copy = {}] = copies
  return [
    ...(other.code === 'conflict' ? [] : ['another text than the one that is shown can be signed']),
    ...(signed.status === 201 ? [] : [`the addendum cannot be signed: ${signed.code}`]),
    ...(copies.length === 1 && copy.text === text && copy.hash === hash && copy.signatory === signature.signatory
      ? []
      : ['the signed copy is not kept as it was signed']),
    ...((await isInEvidence(world, copy)) ? [] : ['the operator has not countersigned in the evidence log']),
  ]
}

/** Asks for the addendum as an owner, compares it with the policy, signs it, and looks at the copy and the countersignature. */
export const processingAddendum: Check<'processing-addendum'> = {
  name: 'processing-addendum',
  run: (_rule, system) =>
    withModule(system, async (world) => {
      const owner = await world.join()
      const shown = await read(world, system, owner)
      const violations = [...shown.violations, ...(await sign(world, owner, shown))]
      const facts = factsOf(system).length
      const figure = `${count(facts, 'fact')} of the policy looked for in the addendum, 2 signatures tried, ${violations.length} not as promised`
      return finding(facts + 2, violations, figure)
    }),
}
