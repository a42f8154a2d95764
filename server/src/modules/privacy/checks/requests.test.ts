import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { Refusal, type Route } from '../../../platform/http/index.ts'
import { insertRequest } from '../rights/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

/** The report on a clause that has this rule alone. */
const verifyRule = (rule: string, changed: Partial<TestSystem> = {}) => {
  const objection = '  objection: { deadline: P30D }\n'
  const policy = starterPolicy(
    ['rules: [rectify]', `rules: [${rule}]`],
    [objection, `${objection}  appeal: { deadline: P45D }\n`],
  )
  return verifyClause({ ...system, policy, ...changed }, 'START-42')
}

type IdentityOn = TestSystem['identityOn']
/** Identity with one part of it done otherwise. */
const identityWith =
  (change: (identity: ReturnType<IdentityOn>) => Partial<ReturnType<IdentityOn>>): IdentityOn =>
  (...given) => {
    const identity = system.identityOn(...given)
    return { ...identity, ...change(identity) }
  }
const query = (text: string) => system.database.pool.query(text)

/** While a trigger changes what is written to a table. */
const whileWriting = async <T>(change: string, work: () => Promise<T>, table = 'rights_request'): Promise<T> => {
  await query(
    `create function spoil() returns trigger language plpgsql as $$ begin ${change}; return new; end $$; create trigger spoil before insert or update on ${table} for each row execute function spoil()`,
  )
  try {
    return await work()
  } finally {
    await query(`drop trigger spoil on ${table}; drop function spoil()`)
  }
}

describe('erasure is confirmed', () => {
  const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

  it('by who was shown what cannot be undone and what is kept', async () => {
    expect(await verifyRule('erasure-confirmed')).toMatchObject({
      state: 'kept',
      figure: '5 attempts without being told, 0 taken; 1 with it compared',
    })
  })

  it('is broken when any confirmation does', async () => {
    const vault = {
      ...system.vault,
      keyedHash: (use: string, text: string) => (use === 'erasure-preview' ? 'a' : system.vault.keyedHash(use, text)),
    }
    expect(await verifyRule('erasure-confirmed', { vault })).toMatchObject(broken('with a made-up confirmation'))
  })

  it('is broken when nobody is asked about an organisation that others are in', async () => {
    const identityOn = identityWith(({ api }) => ({
      api: { ...api, accounts: { ...api.accounts, organisationsAtStake: async () => [] } },
    }))
    expect(await verifyRule('erasure-confirmed', { identityOn })).toMatchObject(broken('an erasure was taken'))
  })

  it('is broken when rows stay of which nothing was said', async () => {
    const map = system.map.filter(({ table }) => table !== 'security_event')
    expect(await verifyRule('erasure-confirmed', { map })).toMatchObject(broken('rows of security_event stay'))
  })
})

describe('who asks is verified', () => {
  it('before anything is told, and an address tells nothing', async () => {
    expect(await verifyRule('verify-requester')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a door that lets anybody in', async () => {
    const caller = {
      personId: 'somebody',
      sessionId: null,
      via: 'session',
      staffRole: null,
      staffActive: false,
      role: null,
      organisationId: null,
    } as const
    const identityOn = identityWith(({ authorise }) => ({
      authorise: (...given) => authorise(...given).catch(() => caller),
    }))
    expect(await verifyRule('verify-requester', { identityOn })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('answers a stranger'),
    })
  })

  it('is broken by an answer that says who has an account', async () => {
    const identityOn = identityWith(({ api, routes }) => ({
      routes: routes.map((one) => {
        if (one.endpoint.id !== 'account.requestPasswordReset') return one
        const handler: Route['handler'] = async ({ body, tx }) => {
          const { email } = body as { email: string }
          if ((await api.accounts.findByAddress(tx, email)) === null) throw new Refusal('not_found')
          return { status: 'sent-if-known' }
        }
        return { ...one, handler }
      }),
    }))
    expect(await verifyRule('verify-requester', { identityOn })).toMatchObject({
      state: 'broken',
      reason: '/auth/request-password-reset tells whether an address has an account',
    })
  })

  it('is broken where a wrong password does', async () => {
    const identityOn = identityWith(({ api }) => ({
      api: { ...api, accounts: { ...api.accounts, requireOneself: async () => 'password' } },
    }))
    expect(await verifyRule('verify-requester', { identityOn })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('taken with a wrong password'),
    })
  })
})

describe('refusals', () => {
  it('and extensions carry their reason to the person', async () => {
    expect(await verifyRule('denials-explained')).toMatchObject({ state: 'kept' })
  })

  it('are broken when nobody is told', async () => {
    const mailer: TestSystem['mailer'] = {
      ...system.mailer,
      write: (tx, message) =>
        message.kind === 'rights' ? Promise.resolve({ written: true }) : system.mailer.write(tx, message),
    }
    expect(await verifyRule('denials-explained', { mailer })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('was not told why'),
    })
  })

  it('are broken when a deadline moves further than the policy says', async () => {
    const report = await whileWriting("new.due_at := new.due_at + interval '1 day'", () =>
      verifyRule('denials-explained'),
    )
    expect(report).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('an extension is not that of the policy'),
    })
  })

  it('can be appealed against, and another person decides', async () => {
    expect(await verifyRule('appeal-apart')).toMatchObject({ state: 'kept' })
  })

  it('are broken where it is forgotten who refused', async () => {
    const report = await whileWriting('new.handled_by := null', () => verifyRule('appeal-apart'))
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('the one who refused decided') })
  })
})

describe('correction', () => {
  const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'START-42')
  const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })
  const withMap = (change: (column: TestSystem['map'][number]) => Partial<TestSystem['map'][number]>) => ({
    map: system.map.map((column) => ({ ...column, ...change(column) })),
  })

  it('reaches every copy of what its person wrote', async () => {
    expect(await verify()).toMatchObject({ state: 'kept', figure: expect.stringContaining('5 corrections made') })
  })

  it('is broken by a copy that does not follow', async () => {
    await query(
      'create table copied (email_index text); create function copy_email() returns trigger language plpgsql as $$ begin insert into copied values (new.email_index); return new; end $$; create trigger copy_email after insert on person for each row execute function copy_email()',
    )
    const report = await verify()
    await query('drop trigger copy_email on person; drop function copy_email(); drop table copied')
    expect(report).toMatchObject(broken('copied still holds what was corrected'))
  })

  it('is broken by an endpoint that says yes and does nothing', async () => {
    const identityOn = identityWith(({ routes }) => ({
      routes: routes.map((one) =>
        one.endpoint.id === 'projects.update'
          ? {
              ...one,
              handler: async () => ({
                id: 'p',
                organisationId: 'o',
                name: 'x',
                createdAt: '2026-01-01T00:00:00.000Z',
              }),
            }
          : one,
      ),
    }))
    expect(await verify({ identityOn })).toMatchObject(broken('project.sealed_name does not hold the correction'))
  })

  it('is broken by a column of which nobody says how it is corrected', async () => {
    const silent = withMap(({ table, column }) =>
      table === 'person' && column === 'sealed_name' ? { corrected: null } : {},
    )
    expect(await verify(silent)).toMatchObject(broken('nothing says how person.sealed_name is corrected'))
    const wrong = withMap(({ column }) => (column === 'sealed_name' ? { corrected: 'no.such' } : {}))
    expect(await verify(wrong)).toMatchObject(broken('is corrected by no.such, which corrects nothing'))
  })
})

describe('closure', () => {
  const idle = ['accounts:\n', 'accounts:\n  idleAfter: P18M\n'] as const
  const verify = (changed: Partial<TestSystem> = {}) => {
    const policy = starterPolicy(['rules: [rectify]', 'rules: [closure-locks]'], idle)
    const identityOn: IdentityOn = (on, more) => system.identityOn(on, { policy, ...more })
    return verifyClause({ ...system, policy, identityOn, ...changed }, 'START-42')
  }
  const broken = (reason: string) => ({ state: 'broken', reason: expect.stringContaining(reason) })

  it('by hand and by idleness locks everything at once and sets it for removal', async () => {
    expect(await verify()).toMatchObject({
      state: 'kept',
      figure: expect.stringContaining('1 idle; 8 doors tried'),
      reason: null,
    })
  })

  it('is broken while keys go on', async () => {
    const report = await whileWriting('new.revoked_at := null', () => verify(), 'api_key')
    expect(report).toMatchObject(broken('a key still opens the models'))
  })

  it('is broken while sessions and organisations go on', async () => {
    const report = await whileWriting('new.closed_at := null', () => verify(), 'organisation')
    expect(report).toMatchObject(broken('GET /organisations/ID still answers'))
  })

  it('is broken when nothing is set for removal', async () => {
    const { retention } = system.gates
    const blind = { ...retention, tables: retention.tables.filter(({ table }) => table !== 'person') }
    expect(await verify({ gates: { ...system.gates, retention: blind } })).toMatchObject(
      broken('nothing is set for removal'),
    )
  })

  it('is broken when idle accounts stay open', async () => {
    const policy = starterPolicy(['rules: [rectify]', 'rules: [closure-locks]'], idle)
    expect(await verify({ policy, identityOn: system.identityOn })).toMatchObject(broken('of an account that was idle'))
  })
})

describe('what people place by themselves', () => {
  it.each([
    'restriction',
    'objection',
  ] as const)('is on time, and one that waits past its deadline breaks it: %s', async (kind) => {
    const rule = `{ deadline: ${kind} }`
    expect(await verifyRule(rule)).toMatchObject({ state: 'kept', figure: '0 of 0 requests past the deadline' })
    const askedAt = new Date(system.clock.nowMs() - 31 * 86_400_000)
    const times = { askedAt, dueAt: new Date(system.clock.nowMs() - 86_400_000), startsAt: askedAt }
    await insertRequest(system.database.direct, { id: 'late', kind, state: 'waiting', personId: null, ...times })
    const late = await verifyRule(rule)
    await query("delete from rights_request where id = 'late'")
    expect(late).toMatchObject({ state: 'broken', reason: '1 request past the deadline' })
  })
})
