import { organisationEndpoints, trainingEndpoints } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { applyPlan } from '../plans/index.ts'
import type { Somebody } from '../rights/test-rights.ts'
import { createOffice, type Office } from '../test-office.ts'
import { shippedPolicy } from '../test-system.ts'
import { trainingRoutes } from './index.ts'

const openOffice = (policy: string) =>
  createOffice(
    dataMap,
    (deps) => ({
      routes: trainingRoutes({ ...deps, gate: deps.gates.training }),
      endpoints: [...Object.values(trainingEndpoints), ...Object.values(organisationEndpoints)],
    }),
    shippedPolicy(policy),
  )

const path = (who: Somebody, more = '') => `/organisations/${who.organisationId}/training${more}`
const train = (office: Office, who: Somebody, content = 'content.training' as const, people: string[] = []) =>
  office.system.database.transaction(async (tx) =>
    office.system.gates.training
      .require(tx, { organisationId: who.organisationId, projectId: who.projectId, content: [content], people })
      .then(
        () => 'trains',
        ({ detail, message }: Error & { detail?: string }) => detail ?? message,
      ),
  )
const leaves = async (office: Office) =>
  (
    await office.system.database.pool.query<{ rule: string; decision: string; commitment: string }>(
      "select rule, decision, commitment from evidence_leaf where gate = 'training' order by sequence",
    )
  ).rows

describe('where an opt-in does', () => {
  let office: Office
  let ada: Somebody
  let officer: Somebody
  beforeAll(async () => {
    office = await openOffice('ecohash')
    ada = await office.join('Ada Owner')
    officer = await office.hire('Otto Officer', 'privacy-officer')
  })
  afterAll(() => office.close())

  it('nothing trains before the owner opted in, and nothing more than that after', async () => {
    expect(await train(office, ada)).toContain('no opt-in or written approval in force covers content.training')
    const { status, body } = await ada.send('POST', path(ada), { content: ['content.training'] })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'opt-in',
      inForce: true,
      counts: true,
      policyVersion: office.system.policy.version,
      statement: expect.stringContaining(
        'Training data of all projects of the organisation may be used to train models',
      ),
      givenBy: ada.id,
    })
    expect(await train(office, ada)).toBe('trains')
    const shown = await ada.send('GET', path(ada))
    expect(shown.body).toMatchObject({
      level: 'opt-in',
      by: 'policy',
      content: ['content.inference', 'content.training'],
      items: [{ id: body['id'] }],
    })
    expect((await leaves(office)).map(({ rule, commitment }) => [rule, commitment])).toEqual([
      ['opt-in(content.training)', body['commitment']],
      ['training(content.training)', body['commitment']],
    ])
  })

  it('a withdrawal counts at once, is recorded, and cannot be made twice', async () => {
    const bea = await office.join('Bea Owner')
    const { body } = await bea.send('POST', path(bea), { content: ['content.training'] })
    expect(await train(office, bea)).toBe('trains')
    expect((await bea.send('POST', path(bea, `/${body['id']}/withdraw`), {})).body).toMatchObject({ inForce: false })
    expect(await train(office, bea)).toContain('no opt-in')
    expect((await bea.send('POST', path(bea, `/${body['id']}/withdraw`), {})).body['code']).toBe('conflict')
    expect((await leaves(office)).at(-1)).toMatchObject({ rule: 'opt-in withdrawn', commitment: body['commitment'] })
  })

  it('a withdrawal waits for the batch that was let through, and no longer', async () => {
    const gil = await office.join('Gil Owner')
    const { body } = await gil.send('POST', path(gil), { content: ['content.training'] })
    const use = { organisationId: gil.organisationId, projectId: gil.projectId, people: [] }
    let withdrawn = false
    const answer = await office.system.database.transaction(async (tx) => {
      await office.system.gates.training.require(tx, { ...use, content: ['content.training'] })
      const asked = gil.send('POST', path(gil, `/${body['id']}/withdraw`), {}).then((found) => {
        withdrawn = true
        return found
      })
      await office.system.database.pool.query('select pg_sleep(0.2)')
      expect(withdrawn).toBe(false)
      return { asked }
    })
    expect((await answer.asked).status).toBe(200)
    expect(await train(office, gil)).toContain('no opt-in')
  })

  it('ends by itself at its time, and is of one project where it says so', async () => {
    const cleo = await office.join('Cleo Owner')
    const until = new Date(office.clock.nowMs() + 3_600_000).toISOString()
    const other = await cleo.send('POST', `/organisations/${cleo.organisationId}/projects`, { name: 'other' })
    const wish = { content: ['content.training'], projectId: other.body['id'] }
    await cleo.send('POST', path(cleo), wish)
    expect(await train(office, cleo)).toContain('no opt-in')
    await cleo.send('POST', path(cleo), { content: ['content.training'], projectId: cleo.projectId, until })
    expect(await train(office, cleo)).toBe('trains')
    office.clock.advance(3_600_000)
    expect(await train(office, cleo)).toContain('no opt-in')
  })

  it.each([
    ['content that may not train', { content: ['content.workspace'] }, 'policy_refused'],
    ['what is no content', { content: ['account.contact'] }, 'invalid_request'],
    ['nothing', { content: [] }, 'invalid_request'],
    ['what is over already', { content: ['content.training'], until: '2020-01-01T00:00:00.000Z' }, 'invalid_request'],
    ['a project that is not theirs', { content: ['content.training'], projectId: 'prj_x' }, 'not_found'],
  ])('an opt-in for %s is refused', async (_words, body, code) => {
    expect((await ada.send('POST', path(ada), body)).body['code']).toBe(code)
  })

  it('only owners opt in, members see it, and strangers see nothing', async () => {
    const dan = await office.join('Dan Member')
    await office.invite(ada, dan, 'member')
    expect((await dan.send('POST', path(ada), { content: ['content.training'] })).status).toBe(403)
    expect((await dan.send('GET', path(ada))).body['items']).toHaveLength(1)
    const eve = await office.join('Eve Stranger')
    expect((await eve.send('GET', path(ada))).status).toBe(404)
  })

  it('a plan that asks for a signature, or says never, is obeyed at once', async () => {
    const fay = await office.join('Fay Owner')
    await fay.send('POST', path(fay), { content: ['content.training'] })
    const policy = { ...office.system.policy.source, plans: { mayNarrow: ['training' as const] } }
    const system = { ...office.system, policy: { ...office.system.policy, source: policy } }
    const plan = (level: string) =>
      system.database.transaction((tx) =>
        applyPlan(system, tx, {
          organisationId: fay.organisationId,
          source: `plan: p\nagreement: a\ntraining: ${level}\n`,
          by: null,
        }),
      )
    await plan('written-approval')
    expect(await train(office, fay)).toContain('no written approval')
    expect((await fay.send('GET', path(fay))).body).toMatchObject({
      level: 'written-approval',
      by: 'plan',
      items: [{ inForce: true, counts: false }],
    })
    expect((await fay.send('POST', path(fay), { content: ['content.training'] })).body['code']).toBe('policy_refused')
    await plan('never')
    expect(await train(office, fay)).toContain('the plan lets no customer content train')
  })

  it('officers see who let what train without a name, and end it', async () => {
    const { body } = await officer.send('GET', '/privacy/training?limit=1')
    const [row] = body['items'] as { id: string; organisationId: string; givenBy: unknown }[]
    expect([row?.givenBy, body['nextCursor']]).toEqual([null, expect.any(String)])
    const end = `/privacy/training/${row?.organisationId}/${row?.id}/revoke`
    expect((await officer.send('POST', end, {})).body).toMatchObject({ inForce: false })
    const find = async (query: string) =>
      ((await officer.send('GET', `/privacy/training?${query}`)).body['items'] ?? []) as {
        id: string
        organisationId: string
        inForce: boolean
        kind: string
      }[]
    expect((await find('inForce=false')).map(({ id }) => id)).toContain(row?.id)
    expect((await find('inForce=true')).every(({ inForce }) => inForce)).toBe(true)
    expect(await find('kind=written-approval')).toEqual([])
    const theirs = await find(`organisationId=${row?.organisationId}&kind=opt-in`)
    expect(theirs.length).toBeGreaterThan(0)
    expect(theirs.every(({ organisationId }) => organisationId === row?.organisationId)).toBe(true)
    expect((await officer.send('GET', '/privacy/training?inForce=maybe')).status).toBe(400)
  })

  it('a record is never changed and never re-opened, is exported, and goes with its organisation', async () => {
    const hal = await office.join('Hal Owner')
    const { body } = await hal.send('POST', path(hal), { content: ['content.training'] })
    const change = (set: string) =>
      office.system.database.pool.query(`update training_approval set ${set} where id = $1`, [body['id']])
    await expect(change("content = '{content.inference}'")).rejects.toThrow('never changed')
    await expect(change('given_at = now()')).rejects.toThrow('never changed')
    await hal.send('POST', path(hal, `/${body['id']}/withdraw`), {})
    await expect(change('withdrawn_at = null, ends_at = null')).rejects.toThrow('never changed')
    expect(await office.exportOf(hal)).toContain(String(body['statement']))
    await office.erase((await office.ask(hal)).id)
    expect(await office.search(String(body['id']))).not.toHaveProperty('training_approval')
  })

  it('an owner who leaves is forgotten; what the organisation agreed to stays', async () => {
    const ivy = await office.join('Ivy Founder')
    const jon = await office.join('Jon Successor')
    await office.invite(ivy, jon, 'owner')
    await ivy.send('POST', path(ivy), { content: ['content.training'] })
    await office.erase((await office.ask(ivy)).id)
    const items = (await jon.send('GET', path(ivy))).body['items']
    expect(items).toMatchObject([{ givenBy: null, inForce: true, statement: expect.any(String) }])
  })
})

describe('where a signature is asked for', () => {
  let office: Office
  let ada: Somebody
  let officer: Somebody
  beforeAll(async () => {
    office = await openOffice('gpu-cloud-tracker')
    ada = await office.join('Ada Owner')
    officer = await office.hire('Otto Officer', 'privacy-officer')
  })
  afterAll(() => office.close())
  const paper = { content: ['content.training'], document: 'MSA-7/A', signer: 'Ada Lovelace', signedOn: '2026-01-02' }

  it('no opt-in is taken, and nothing trains', async () => {
    expect((await ada.send('POST', path(ada), { content: ['content.training'] })).body['code']).toBe('policy_refused')
    expect(await train(office, ada)).toContain('no written approval')
  })

  it('an officer writes down who signed what and when; then it trains; its organisation sees the signer', async () => {
    const org = `/privacy/training/${ada.organisationId}`
    expect((await ada.send('POST', org, paper)).status).toBe(403)
    expect((await officer.send('POST', org, { ...paper, signedOn: '2999-01-01' })).body['code']).toBe('invalid_request')
    const { signedOn: _, ...undated } = paper
    expect((await officer.send('POST', org, undated)).body['code']).toBe('invalid_request')
    const { body } = await officer.send('POST', org, paper)
    expect(body).toMatchObject({ kind: 'written-approval', document: 'MSA-7/A', signer: null, recordedBy: officer.id })
    expect(await train(office, ada)).toBe('trains')
    expect((await ada.send('GET', path(ada))).body['items']).toMatchObject([{ signer: 'Ada Lovelace' }])
    expect(await office.search('Ada Lovelace')).toEqual({ training_approval: 1 })
    await ada.send('POST', path(ada, `/${body['id']}/withdraw`), {})
    expect(await train(office, ada)).toContain('no written approval')
  })

  it('there is none for an organisation that is closed or does not exist', async () => {
    expect((await officer.send('POST', '/privacy/training/org_nobody', paper)).status).toBe(404)
    const bea = await office.join('Bea Leaving')
    await officer.send('POST', `/privacy/training/${bea.organisationId}`, paper)
    expect(await train(office, bea)).toBe('trains')
    await office.system.database.pool.query('update organisation set closed_at = now() where id = $1', [
      bea.organisationId,
    ])
    expect(await train(office, bea)).toContain('open organisation')
  })
})

it('under a policy that says never, nobody can let anything train', async () => {
  const office = await openOffice('ozekai')
  try {
    const ada = await office.join('Ada Owner')
    const officer = await office.hire('Otto Officer', 'privacy-officer')
    const paper = { content: ['content.workspace'], document: 'd', signer: 's', signedOn: '2026-01-02' }
    expect((await ada.send('POST', path(ada), { content: ['content.workspace'] })).body['code']).toBe('policy_refused')
    const approve = await officer.send('POST', `/privacy/training/${ada.organisationId}`, paper)
    expect(approve.body['code']).toBe('policy_refused')
    expect(await train(office, ada)).toContain('the policy lets no customer content train')
  } finally {
    await office.close()
  }
})
