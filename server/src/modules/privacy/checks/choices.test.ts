import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { PurposeGate, Standing } from '../../../platform/gates/index.ts'
import type { Message } from '../../../platform/mail/index.ts'
import { createTestSystem, shippedPolicy, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

const opened: TestSystem[] = []
afterAll(() => Promise.all(opened.map(({ database }) => database.close())))

/** A policy that comes with the product, of which one clause is verified by one of its rules. */
const promise = async (name: string, id: string, kind: string) => {
  const system = await createTestSystem(dataMap, systemClock, shippedPolicy(name))
  opened.push(system)
  const rules = system.policy.rules.filter((rule) => rule.kind === kind)
  const clauses = system.policy.clauses
    .filter((clause) => clause.id === id)
    .map((clause) => ({ ...clause, rules: rules.map((rule) => rule.id) }))
  const policy = { ...system.policy, rules, clauses }
  return {
    system,
    verify: (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, policy, ...changed }, id),
    /** With a purpose gate of which parts are changed. */
    withGate: (change: (real: PurposeGate) => Partial<PurposeGate>) => {
      const purpose = { ...system.gates.purpose, ...change(system.gates.purpose) }
      return verifyClause({ ...system, policy, gates: { ...system.gates, purpose } }, id)
    },
    /** With a standing of which parts are changed. */
    withStanding: (change: (real: Standing) => Partial<Standing>) => {
      const standing = { ...system.gates.standing, ...change(system.gates.standing) }
      return verifyClause({ ...system, policy, gates: { ...system.gates, standing } }, id)
    },
  }
}
type Promised = Awaited<ReturnType<typeof promise>>
const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

/** A mailer that writes news to anyone, as if they were a notice. */
const careless = ({ mailer }: TestSystem): TestSystem['mailer'] => ({
  ...mailer,
  write: (tx, message) =>
    mailer.write(tx, message.kind === 'marketing' ? ({ ...message, kind: 'notice' } as Message) : message),
})

describe('a consent that is withdrawn', () => {
  let clause: Promised
  beforeAll(async () => {
    clause = await promise('gmi-cloud', 'GMI-22', 'consent-withdrawal')
  })

  it('ends its purpose at once and no other, and stays on record', async () => {
    expect(await clause.verify()).toMatchObject({
      state: 'kept',
      figure: '2 consents given and withdrawn (marketing, analytics), 0 not as promised',
    })
    expect(await clause.system.database.direct.$count(sql`consent_record`)).toBe(0)
  })

  it('is broken by a gate that goes on, and by one that ends everything', async () => {
    expect(await clause.withGate(() => ({ stop: async () => null }))).toMatchObject(
      broken('marketing goes on after its consent was withdrawn'),
    )
    const endsAll = clause.withStanding((real) => ({
      recordConsent: async (tx, word) => {
        if (word.state === 'withdrawn')
          await real.place(tx, { personId: word.personId, kind: 'restriction', by: word.personId })
        return real.recordConsent(tx, word)
      },
    }))
    expect(await endsAll).toMatchObject(broken('because the consent to marketing was withdrawn'))
  })

  it('is broken where the word is not kept, or the mailer does not listen', async () => {
    const forgetful = clause.withStanding((real) => ({
      recordConsent: async (tx, word) => {
        const isNew = await real.recordConsent(tx, word)
        await tx.execute(sql`delete from consent_record where superseded_at is not null`)
        return isNew
      },
    }))
    expect(await forgetful).toMatchObject(broken('of marketing it is on record: withdrawn now'))
    expect(await clause.verify({ mailer: careless(clause.system) })).toMatchObject(
      broken('the mailer takes news after the withdrawal'),
    )
  })
})

describe('a restriction and an objection', () => {
  let clause: Promised
  beforeAll(async () => {
    clause = await promise('ecohash', 'ECO-40', 'restrict')
  })

  it('end what they name, for who says so, until they are lifted; the data stays', async () => {
    expect(await clause.verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(/^10 purposes after a restriction, 1 objection \(analytics\); 0 not as promised/),
    })
    expect(await clause.system.database.direct.$count(sql`subject_standing`)).toBe(0)
  })

  it('are broken by a gate that does not listen, that hears too much, or that hears everybody', async () => {
    expect(await clause.withGate(() => ({ stop: async () => null }))).toMatchObject(
      broken('restricted data serves provide'),
    )
    expect(await clause.withGate(() => ({ stop: async () => 'restricted' }))).toMatchObject(
      broken('provide is stopped for somebody who said nothing'),
    )
    const wide = clause.withGate((real) => ({
      stop: async (tx, _personId, purpose) => {
        const { rows } = await (tx as Tx).execute<{ person_id: string }>(
          sql`select person_id from subject_standing where ended_at is null limit 1`,
        )
        return real.stop(tx, rows[0]?.person_id ?? 'nobody', purpose)
      },
    }))
    expect(await wide).toMatchObject(broken('a restriction reaches somebody else'))
  })

  it('are broken where they cannot be lifted, end more than they name, or stop news in words alone', async () => {
    expect(await clause.withStanding(() => ({ lift: async () => true }))).toMatchObject(
      broken('a restriction that was lifted goes on'),
    )
    const greedy = clause.withStanding((real) => ({
      place: (tx, word) =>
        real.place(
          tx,
          word.kind === 'objection' ? { personId: word.personId, by: word.by, kind: 'restriction' } : word,
        ),
    }))
    expect(await greedy).toMatchObject(broken('an objection to analytics ends provide'))
    expect(await clause.verify({ mailer: careless(clause.system) })).toMatchObject(
      broken('the mailer takes news for who restricted'),
    )
  })

  it('are broken where a restriction takes the data from the person', async () => {
    const { routesOn } = clause.system
    const hiding: TestSystem['routesOn'] = (parts) =>
      routesOn(parts).map((one) =>
        one.endpoint.id === 'rights.myData'
          ? {
              ...one,
              handler: async (context) => {
                const { rows } = await context.tx.execute(sql`select 1 from subject_standing where ended_at is null`)
                if (rows.length > 0) throw new Error('hidden')
                return one.handler(context)
              },
            }
          : one,
      )
    expect(await clause.verify({ routesOn: hiding })).toMatchObject(
      broken('a restriction takes data from the person whose it is'),
    )
  })
})

describe('a limit on sensitive data', () => {
  let clause: Promised
  beforeAll(async () => {
    clause = await promise('ecohash', 'ECO-16', 'limit-use')
  })

  it('leaves it to the service, its security and the law, and touches nothing else', async () => {
    expect(await clause.verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringMatching(/^5 of \d+ categories sensitive, 10 purposes each; 0 not as promised$/),
    })
  })

  it('is broken by a vault that opens what is stored for any purpose', async () => {
    const { vault, database } = clause.system
    const openMany: typeof vault.openMany = (reader, values) =>
      vault.openMany({ ...reader, reading: database.direct.reading }, values)
    expect(await clause.verify({ vault: { ...vault, openMany } })).toMatchObject(
      broken('a reader for training gets what is stored and limited'),
    )
  })

  it('is broken by a gate that does not listen, and by one that limits what is not sensitive', async () => {
    expect(await clause.withStanding(() => ({ place: async () => true }))).toMatchObject(
      broken('content.inference serves training in spite of a limit'),
    )
    const wide = clause.withGate((real) => ({
      stop: (tx, personId, purpose) => real.stop(tx, personId, purpose, 'content.inference'),
    }))
    expect(await wide).toMatchObject(broken('a limit ends analytics of usage.inference'))
  })

  it('is unproven where the policy calls nothing sensitive', async () => {
    const made = await createTestSystem(dataMap, systemClock, starterPolicy(['[restrict]', '[limit-use]']))
    opened.push(made)
    expect(await verifyClause(made, 'START-44')).toMatchObject({
      state: 'unproven',
      reason: 'the policy calls nothing sensitive',
    })
  })
})
