import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { Message } from '../../../platform/mail/index.ts'
import { createTestSystem, shippedPolicy, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

/** Any policy may make these promises. */
const promising = (...rules: string[]) =>
  starterPolicy(['rules: [change-notice, weaker-change-waits]', `rules: [${rules.join(', ')}]`])
const clause = 'START-46'
const answered: TestSystem['call'] = async () => ({ status: 200, headers: {}, body: 'a page' })
const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

type Write = TestSystem['mailer']['write']
const mailing = (system: TestSystem, change: (real: Write, message: Message) => Write | null): TestSystem['mailer'] => {
  const real = system.mailer.write
  return { ...system.mailer, write: (tx, message) => (change(real, message) ?? real)(tx, message) }
}
/** A mailer that writes everything, whatever the gate says. */
const careless = (system: TestSystem) =>
  mailing(system, (real, { kind }) =>
    kind === 'marketing' ? async (tx, message) => real(tx, { ...message, kind: 'notice' }) : null,
  )
const swallowing = (system: TestSystem, ...kinds: string[]) =>
  mailing(system, (_real, { kind }) => (kinds.includes(kind) ? async () => ({ written: true }) : null))

const leavesNothing = async (system: TestSystem, tables: readonly string[]) => {
  for (const table of tables) {
    const { rows } = await system.database.pool.query(`select 1 from ${table}`)
    expect(rows, table).toEqual([])
  }
}

describe('versions of the policy', () => {
  let system: TestSystem
  const policy = promising('change-notice', 'weaker-change-waits', 'acceptance-recorded', 'transfer-notice')
  beforeAll(async () => {
    system = { ...(await createTestSystem(dataMap, systemClock, policy)), call: answered }
  })
  afterAll(() => system.database.close())

  /** While a statement changes what is stored about versions. */
  const whileVersions = async (change: string, work: () => Promise<void>): Promise<void> => {
    const { pool } = system.database
    await pool.query(
      `create function spoil() returns trigger language plpgsql as $$ begin ${change}; return new; end $$; create trigger spoil before insert or update on policy_version for each row execute function spoil()`,
    )
    await work().finally(() => pool.query('drop trigger spoil on policy_version; drop function spoil()'))
  }
  const only = (rule: string, changed: Partial<TestSystem> = {}) => {
    const rules = system.policy.rules.filter(({ kind }) => kind === rule)
    const clauses = system.policy.clauses
      .filter(({ id }) => id === clause)
      .map((one) => ({ ...one, rules: rules.map(({ id }) => id) }))
    return verifyClause({ ...system, ...changed, policy: { ...system.policy, rules, clauses } }, clause)
  }

  it('are announced, wait, and are accepted by who goes on', async () => {
    expect(await verifyClause(system, clause)).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('0 failures'),
    })
    await leavesNothing(system, ['notice', 'notice_recipient', 'policy_acceptance', 'mail_outbox', 'person'])
  })

  it('that are weaker are broken where the period is forgotten', () =>
    whileVersions('new.period := null', async () => {
      expect(await only('weaker-change-waits')).toMatchObject(broken('before its period is over'))
    }))

  it('that are weaker are broken where what changes is not looked at', () =>
    whileVersions("if new.change = 'weaker' then new.change := 'stronger'; end if", async () => {
      expect(await only('weaker-change-waits')).toMatchObject(broken('not seen as weaker'))
    }))

  it('are broken by one that took effect without its period, or unlike what is recorded', async () => {
    const { pool } = system.database
    await pool.query("update policy_version set early = 'this version of Avow cannot keep it'")
    expect(await only('weaker-change-waits')).toMatchObject(broken('without its notice period'))
    await pool.query("update policy_version set early = null, period = 'P30D'")
    expect(await only('change-notice')).toMatchObject(broken('before everyone was told'))
    await pool.query("update policy_version set period = null, source = replace(source, 'P90D', 'P9D')")
    expect(await only('weaker-change-waits')).toMatchObject(broken('not the version that is recorded'))
    await pool.query("update policy_version set source = replace(source, 'P9D', 'P90D')")
    expect(await only('weaker-change-waits')).toMatchObject({ state: 'kept' })
  })

  it('are unproven where none is recorded', async () => {
    const { pool } = system.database
    await pool.query("update policy_version set state = 'ended'")
    expect(await only('change-notice')).toMatchObject({ state: 'unproven' })
    await pool.query("update policy_version set state = 'in-force'")
  })

  it('are broken where no mail is written, where nobody is told in the console, and where a notice is stuck', async () => {
    const silent = { mailer: swallowing(system, 'notice') }
    expect(await only('change-notice', silent)).toMatchObject(broken('not told by mail'))
    expect(await only('transfer-notice', silent)).toMatchObject(broken('not told by mail'))
    const routesOn: TestSystem['routesOn'] = (parts) =>
      system
        .routesOn(parts)
        .map((one) =>
          one.endpoint.id === 'notices.mine' ? { ...one, handler: async () => ({ items: [], nextCursor: null }) } : one,
        )
    expect(await only('change-notice', { routesOn })).toMatchObject(broken('not told in the console'))
    const { pool } = system.database
    await pool.query(
      "insert into notice (id, kind, subject, body, created_at) values ('ntc_old', 'transfer', 's', 'b', now() - interval '2 days')",
    )
    expect(await only('transfer-notice')).toMatchObject(broken('ntc_old has not reached everyone'))
    await pool.query('delete from notice')
  })

  it('are broken where somebody is left out, or told twice', async () => {
    const leavingOut = (change: (id: readonly string[]) => readonly string[]): TestSystem['identityOn'] => {
      return (...given) => {
        const identity = system.identityOn(...given)
        const { accounts } = identity.api
        const openAccounts: typeof accounts.openAccounts = async (...asked) =>
          change(await accounts.openAccounts(...asked))
        return { ...identity, api: { ...identity.api, accounts: { ...accounts, openAccounts } } }
      }
    }
    expect(await only('transfer-notice', { identityOn: leavingOut((ids) => ids.slice(1)) })).toMatchObject(
      broken('was not told'),
    )
    const twice = mailing(system, (real, { kind }) =>
      kind === 'notice'
        ? async (tx, message) => {
            await real(tx, message)
            return real(tx, message)
          }
        : null,
    )
    expect(await only('transfer-notice', { mailer: twice })).toMatchObject(broken('told 2 times'))
  })

  it('are broken where going on to use the service leaves no trace', async () => {
    const identityOn: TestSystem['identityOn'] = (database, changed) =>
      system.identityOn(database, { ...changed, acted: async () => undefined })
    expect(await only('acceptance-recorded', { identityOn })).toMatchObject(broken('leaves no acceptance'))
  })
})

describe.each([
  ['easellm', 'EASE-19'],
  ['gmi-cloud', 'GMI-08'],
  ['ecohash', 'ECO-11'],
])('news under the policy %s', (name, id) => {
  let system: TestSystem
  beforeAll(async () => {
    const made = await createTestSystem(dataMap, systemClock, shippedPolicy(name))
    const rules = made.policy.rules.filter(({ kind }) => kind === 'marketing-consent' || kind === 'unsubscribe')
    const clauses = made.policy.clauses
      .filter((one) => one.id === id)
      .map((one) => ({ ...one, rules: rules.map((rule) => rule.id) }))
    system = { ...made, call: answered, policy: { ...made.policy, rules, clauses } }
  })
  afterAll(() => system.database.close())
  const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, id)

  it('goes to who may get it, and ends with one click', async () => {
    expect(await verify()).toMatchObject({ state: 'kept', figure: expect.stringContaining('0 decided wrongly') })
    await leavesNothing(system, ['mail_outbox', 'person', 'consent_record', 'marketing_contact'])
  })

  it('is broken by a mailer that takes everything, and one that takes nothing', async () => {
    expect(await verify({ mailer: careless(system) })).toMatchObject(broken('takes news after a withdrawal'))
    const refusal = 'consent missing' as const
    const shut = mailing(system, (_real, { kind }) =>
      kind === 'marketing' ? async () => ({ written: false, refusal }) : null,
    )
    expect(await verify({ mailer: shut })).toMatchObject(broken('refuses news for who agreed'))
  })

  it('is broken without headers, without a page, and by links that do nothing or can be made up', async () => {
    const bare = { ...system.mailer, compose: (mail: never) => ({ ...system.mailer.compose(mail), headers: {} }) }
    expect(await verify({ mailer: bare })).toMatchObject(broken('no List-Unsubscribe header'))
    const call: TestSystem['call'] = async () => ({ status: 404, headers: {}, body: null })
    expect(await verify({ call })).toMatchObject(broken('no page behind the link'))
    const deaf = { ...system.marketing, unsubscribe: async () => true }
    expect(await verify({ marketing: deaf })).toMatchObject(broken('one click does not end news'))
    expect(await verify({ marketing: deaf })).toMatchObject(broken('a link that was made up is obeyed'))
  })
})
