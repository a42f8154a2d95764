import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { createJobs, type Jobs } from '../../../platform/jobs/index.ts'
import { createLog } from '../../../platform/log/index.ts'
import { createMailer, type Mailer, type MailKind } from '../../../platform/mail/index.ts'
import { type MailSink, startMailSink } from '../../../platform/mail/test-mail-sink.ts'
import { createRightsWorld, password, type RightsWorld, type Somebody } from '../rights/test-rights.ts'
import { shippedPolicy } from '../test-system.ts'

let world: RightsWorld
beforeAll(async () => {
  world = await createRightsWorld(dataMap, shippedPolicy('easellm'))
})
afterAll(() => world.close())

const restrict = (who: Somebody) => who.send('POST', '/me/privacy/restriction', {})
const nameOf = async (personId: string) => {
  const { rows } = await world.system.database.pool.query<{ sealed: Buffer }>(
    'select sealed_name as sealed from person where id = $1',
    [personId],
  )
  return {
    subject: personId,
    place: { table: 'person', column: 'sealed_name', row: personId },
    sealed: rows[0]!.sealed,
  }
}

describe('the vault', () => {
  it('leaves out who restricted the use of their data, until they lift it, and opens it for them and for what the law wants', async () => {
    const [ada, bo] = [await world.join('Ada Stores'), await world.join('Bo Beside')]
    const { databases, vault } = world.system
    const values = [await nameOf(ada.id), await nameOf(bo.id)]
    const provide = databases.for('provide').direct
    expect(await vault.openMany(provide, values)).toEqual(['Ada Stores', 'Bo Beside'])
    await restrict(ada)
    expect(await vault.openMany(provide, values)).toEqual([null, 'Bo Beside'])
    expect(await vault.openMany(provide.as(provide.reading.by(ada.id)), values)).toEqual(['Ada Stores', 'Bo Beside'])
    expect(await vault.openMany(databases.for('legal').direct, values)).toEqual(['Ada Stores', 'Bo Beside'])
    const { subject, place, sealed } = values[0]!
    await expect(vault.openFor(provide, subject, place, sealed)).rejects.toMatchObject({ code: 'policy_refused' })
    await ada.send('DELETE', '/me/privacy/restriction')
    expect(await vault.openMany(provide, values)).toEqual(['Ada Stores', 'Bo Beside'])
  })

  it('believes what a row brings along of its own person, and asks where it brings the words of another', async () => {
    const [dee, eli] = [await world.join('Dee Brings'), await world.join('Eli Else')]
    const { databases, vault, database } = world.system
    const provide = databases.for('provide').direct
    const saidOf = async (personId: string): Promise<string[]> => {
      const { rows } = await database.pool.query<{ said: string[] }>('select said_by($1) as said', [personId])
      return rows[0]!.said
    }
    const value = await nameOf(dee.id)
    const before = await saidOf(dee.id)
    expect(await vault.openMany(provide, [{ ...value, said: before }])).toEqual(['Dee Brings'])
    await restrict(dee)
    expect(await vault.openMany(provide, [{ ...value, said: await saidOf(dee.id) }])).toEqual([null])
    expect(await vault.openMany(provide, [{ ...value, said: await saidOf(eli.id) }])).toEqual([null])
    await dee.send('DELETE', '/me/privacy/restriction')
    expect(await saidOf(dee.id)).toEqual(before)
  })

  it('opens nothing for a purpose that the policy does not list for the field, whoever says what', async () => {
    const cy = await world.join('Cy Unlisted')
    const analytics = world.system.databases.for('analytics').direct
    await expect(world.system.vault.openMany(analytics, [await nameOf(cy.id)])).rejects.toMatchObject({
      code: 'policy_refused',
    })
  })
})

describe('a member who restricted the use of their data', () => {
  it('stays in the list, and can be given another role and removed: who has access is a matter of security', async () => {
    const [owner, member] = [await world.join('Olga Owner'), await world.join('Mia Member')]
    await world.invite(owner, member, 'member')
    await restrict(member)
    const path = `/organisations/${owner.organisationId}/members`
    const listed = await owner.send('GET', path)
    expect(listed.body['items']).toContainEqual(
      expect.objectContaining({ personId: member.id, name: 'Mia Member', email: member.email, role: 'member' }),
    )
    const changed = await owner.send('PATCH', `${path}/${member.id}`, { role: 'admin' })
    expect(changed).toMatchObject({ status: 200, body: { personId: member.id, role: 'admin' } })
    expect((await owner.send('DELETE', `${path}/${member.id}`)).status).toBe(204)
    expect((await owner.send('GET', path)).body['items']).toHaveLength(1)
  })

  it('signs in, sees and changes what is theirs, and still owns their organisation', async () => {
    const eve = await world.join('Eve Restricts')
    await restrict(eve)
    const signedIn = await world.as()('POST', '/auth/sign-in', { email: eve.email, password, tokenWanted: true })
    const again = world.as(String(signedIn.body['token']))
    expect((await again('GET', '/me')).body).toMatchObject({ name: 'Eve Restricts' })
    expect((await again('PATCH', '/me', { name: 'Eve Again' })).status).toBe(200)
    const members = await again('GET', `/organisations/${eve.organisationId}/members`)
    expect(members.body['items']).toMatchObject([{ name: 'Eve Again', role: 'owner' }])
  })
})

describe('mail to a person who restricted the use of their data', () => {
  let sink: MailSink
  let mailer: Mailer
  let jobs: Jobs
  beforeAll(async () => {
    sink = await startMailSink()
    const { databases, clock, vault, marketing, gates, disclosures } = world.system
    mailer = createMailer({
      ...{ database: databases.for('communicate', 'support'), clock, vault, marketing, disclosures },
      ...{ smtpUrl: sink.url, smtpRecipient: null, egress: gates.egress, from: 'Avow <a@avow.localhost>' },
    })
  })
  beforeEach(async () => {
    sink.received.length = 0
    const { database, databases } = world.system
    jobs = createJobs({ ...database, for: databases.for, duty: databases.duty }, createLog('silent'))
    return () => jobs.stop()
  })
  afterAll(() => sink.close())

  const write = (who: Somebody, kind: MailKind) =>
    world.system.databases
      .for('account', 'security')
      .transaction((tx) =>
        mailer.write(tx, { to: who.email, about: who.id, kind, subject: kind, text: kind, links: [] }),
      )
  const stateOf = async (who: Somebody, kind: string) => {
    const { rows } = await world.system.database.pool.query<{ state: string; reason: string | null }>(
      'select state, reason from mail_outbox where about = $1 and kind = $2 order by created_at desc limit 1',
      [who.id, kind],
    )
    return rows[0]
  }
  const agree = (who: Somebody) => who.send('POST', '/me/privacy/consents/marketing')

  it('leaves as long as it is no news: a reset of the password, a warning, an answer to a request', async () => {
    const ada = await world.join('Ada Mailed')
    await restrict(ada)
    const service: MailKind[] = ['password-reset', 'security', 'verify-email', 'rights', 'notice']
    for (const kind of service) expect(await write(ada, kind)).toEqual({ written: true })
    await jobs.start(mailer.jobs)
    await expect
      .poll(() => sink.received.map(({ subject }) => subject).toSorted(), { timeout: 10_000 })
      .toEqual(service.toSorted())
    for (const kind of service) expect(await stateOf(ada, kind)).toEqual({ state: 'sent', reason: null })
  })

  it('is no news, neither written nor sent when it waited already', async () => {
    const [bo, cy] = [await world.join('Bo News'), await world.join('Cy News')]
    for (const who of [bo, cy]) {
      await agree(who)
      expect(await write(who, 'marketing')).toEqual({ written: true })
    }
    await restrict(bo)
    expect(await write(bo, 'marketing')).toEqual({ written: false, refusal: 'restricted' })
    await jobs.start(mailer.jobs)
    await expect.poll(() => sink.received.length, { timeout: 10_000 }).toBe(1)
    expect(sink.received).toMatchObject([{ to: cy.email }])
    await expect.poll(() => stateOf(bo, 'marketing')).toEqual({ state: 'refused', reason: 'restricted' })
  })
})
