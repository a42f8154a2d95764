import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import { judgeTraining, readStandings, type TrainingGate, trainingStore } from '../../../platform/gates/index.ts'
import { withPeople } from '../probe-people.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let never: TestSystem
let optIn: TestSystem
beforeAll(async () => {
  never = await createTestSystem(dataMap, systemClock, shippedPolicy('ozekai'))
  const made = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
  const { policy } = made
  // One rule a clause, so that each is seen by itself.
  const [first, second] = policy.rules.filter(({ clauses }) => clauses.includes('ECO-12'))
  const clause = policy.clauses.find(({ id }) => id === 'ECO-12')
  if (first === undefined || second === undefined || clause === undefined) throw new Error('ECO-12 is not as it was')
  const clauses = [
    { ...clause, id: 'GATE', rules: [first.id] },
    { ...clause, id: 'KEPT', rules: [second.id] },
  ]
  const rules = [
    { ...first, clauses: ['GATE'] },
    { ...second, clauses: ['KEPT'] },
  ]
  optIn = { ...made, policy: { ...policy, clauses, rules } }
})
afterAll(async () => {
  await never.database.close()
  await optIn.database.close()
})

const withGate = (system: TestSystem, gate: Partial<TrainingGate>): TestSystem => ({
  ...system,
  gates: { ...system.gates, training: { ...system.gates.training, ...gate } },
})

describe('training on customer content', () => {
  it('is kept from happening under a policy that says never, whatever approvals there are', async () => {
    expect(await verifyClause(never, 'OZE-15')).toMatchObject({
      state: 'kept',
      check: 'training-gate',
      figure: expect.stringContaining('3 trials at the gate, 3 to be refused'),
    })
    expect((await never.database.pool.query('select 1 from training_approval')).rowCount).toBe(0)
  })

  it('is broken by a gate that an approval opens all the same', async () => {
    const judge: TrainingGate['judge'] = async (tx, use) => ({
      allowed: true,
      by: await trainingStore.list(tx, use.organisationId),
    })
    expect(await verifyClause(withGate(never, { judge }), 'OZE-15')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('content trains by written-approval under a policy that says never'),
    })
  })

  it('is broken by a column that may train', async () => {
    const [first] = never.map
    const map = [...never.map, { ...first!, column: 'more', purposes: ['training' as const] }]
    expect(await verifyClause({ ...never, map }, 'OZE-15')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('may train, and the policy forbids it'),
    })
  })

  it('where an opt-in does, is tried at the gate and waits for fine-tuning', async () => {
    expect(await verifyClause(optIn, 'GATE')).toMatchObject({
      state: 'unproven',
      figure: expect.stringContaining('to be refused'),
      reason: expect.stringContaining('fine-tuning is not built'),
    })
  })

  it.each<
    [string, string, (scene: Parameters<typeof judgeTraining>[0]) => Partial<Parameters<typeof judgeTraining>[0]>]
  >([
    ['forgets plans', 'under a plan that says never', () => ({ planned: null })],
    [
      'forgets withdrawals',
      'a withdrawn opt-in',
      (scene) => ({ approvals: scene.approvals.map((one) => ({ ...one, endsAt: null })) }),
    ],
    [
      'takes any project',
      'for another project',
      (scene) => ({ approvals: scene.approvals.map((one) => ({ ...one, projectId: null })) }),
    ],
    ['forgets people', 'where its person withdrew consent', () => ({ said: new Map() })],
  ])('is broken by a gate that %s', async (_what, reason, lax) => {
    const judge = (async (tx, use) => {
      const scene = {
        policy: optIn.policy,
        planned: await trainingStore.planned(tx, use.organisationId),
        isOpen: true,
        approvals: await trainingStore.list(tx, use.organisationId),
        said: new Map([[use.people[0] ?? '', await saysOf(tx, use.people[0] ?? '')]]),
        now: optIn.clock.now(),
      }
      return judgeTraining({ ...scene, ...lax(scene) }, use)
    }) as TrainingGate['judge']
    expect(await verifyClause(withGate(optIn, { judge }), 'GATE')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining(reason),
    })
  })
})

const saysOf = async (tx: Parameters<TrainingGate['judge']>[0], personId: string) => {
  const nothing = { restricted: false, limited: false, objected: new Set<never>(), consents: new Map<never, never>() }
  return (await readStandings(tx, [personId])).get(personId) ?? nothing
}

describe('records of approvals to train', () => {
  it('are kept when they are dated, named, exported, unchangeable and withdrawn at once', async () => {
    expect(await verifyClause(optIn, 'KEPT')).toMatchObject({
      state: 'kept',
      check: 'training-consent',
      figure: expect.stringMatching(/^2 given, exported and withdrawn, changed in vain; 0 approvals/),
    })
    expect((await optIn.database.pool.query('select 1 from training_approval')).rowCount).toBe(0)
  })

  it('are broken by a withdrawal without effect', async () => {
    const judge = (async () => ({ allowed: true, by: [] })) as TrainingGate['judge']
    expect(await verifyClause(withGate(optIn, { judge }), 'KEPT')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('a withdrawn opt-in still lets content train'),
    })
  })

  it('are broken by a table that takes changes', async () => {
    await optIn.database.pool.query('alter table training_approval disable trigger training_approval_kept')
    const report = await verifyClause(optIn, 'KEPT')
    await optIn.database.pool.query('alter table training_approval enable trigger training_approval_kept')
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('can be changed afterwards') })
  })

  it('are broken by a record on file that is not as the log has it', async () => {
    const { pool } = optIn.database
    const organisationId = await withPeople(optIn, async ({ join }) => (await join()).organisationId)
    await pool.query(
      `insert into training_approval (id, organisation_id, kind, content, given_at, policy, policy_version, sealed_details, commitment)
       values ('tra_x', $1, 'opt-in', '{content.training}', now(), 'p', '1.0.0', $2, repeat('0', 64))`,
      [
        organisationId,
        await optIn.vault.sealFor(
          organisationId,
          { table: 'training_approval', column: 'sealed_details', row: 'tra_x' },
          JSON.stringify({ statement: 's', document: null, salt: 'x' }),
        ),
      ],
    )
    const report = await verifyClause(optIn, 'KEPT')
    await pool.query('delete from training_approval')
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('is not as the log has it') })
  })
})
