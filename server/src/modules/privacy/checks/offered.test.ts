import { endpoints, openapiDocument } from '@avow/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import { systemClock } from '../../../platform/clock/index.ts'
import type { InnerResponse } from '../check.ts'
import { createTestSystem, shippedPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  const made = await createTestSystem(dataMap, systemClock, shippedPolicy('ecohash'))
  system = { ...made, call, shownModels: () => [{ id: 'm', providers: [] }] }
})
afterAll(() => system.database.close())

const page: InnerResponse = { status: 200, headers: { 'content-type': 'text/html' }, body: '<title>Avow</title>' }
const document: InnerResponse = { status: 200, headers: {}, body: openapiDocument(endpoints) }
const call: TestSystem['call'] = async ({ path }) => {
  if (path === '/openapi.json') return document
  return path.startsWith('/api/') ? { status: 401, headers: {}, body: null } : page
}

/** The server, with other answers below a path. */
const answering = (below: string, answer: InnerResponse): Partial<TestSystem> => ({
  call: (request) => (request.path.startsWith(below) ? Promise.resolve(answer) : call(request)),
})
const verify = (changed: Partial<TestSystem> = {}) => verifyClause({ ...system, ...changed }, 'ECO-01')

describe('what is offered', () => {
  it('answers as far as it is built; the rest is named', async () => {
    expect(await verify()).toMatchObject({
      state: 'unproven',
      figure: '5 of 10 offers answer as they should',
      reason:
        'not built yet: endpoints of one’s own; not built yet: instances; not built yet: clusters; not built yet: a marketplace; not built yet: tickets',
    })
  })

  it('is unproven where pages are not built and no model is there', async () => {
    const unbuilt = answering('/docs/', { status: 503, headers: {}, body: null })
    expect((await verify(unbuilt)).reason).toContain('docs: no page is built')
    expect((await verify({ shownModels: () => [] })).reason).toContain('inference: no model can answer now')
  })

  it('is broken by a page, an endpoint or a description that fails, and by a gateway that does not answer', async () => {
    for (const [below, status, reason] of [
      ['/trust', 500, 'website: /trust answers 500'],
      ['/sign-up', 404, 'console: /sign-up answers 404'],
      ['/docs/quickstart', 404, 'docs: /docs/quickstart answers 404'],
      ['/api/v1/models', 500, 'api: models.list answers 500'],
      ['/openapi.json', 404, 'is not described'],
    ] as const)
      expect(await verify(answering(below, { status, headers: {}, body: null })), below).toMatchObject({
        state: 'broken',
        reason: expect.stringContaining(reason),
      })
    const probeBooks: TestSystem['probeBooks'] = async (days) => {
      const books = await system.probeBooks(days)
      return { ...books, metering: { ...books.metering, refusal: () => 'the disk is full' } }
    }
    expect(await verify({ probeBooks })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('inference: a chat completion answers 5'),
    })
  })
})
