import type { CompiledPolicy } from '@avow/policy'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { movableClock } from '../clock/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts'
import { openTestVault } from '../vault/test-vault.ts'
import { createPublicationGate, type PublicationGate, type PublicationWish } from './publication.ts'

const clock = movableClock(new Date('2027-01-02T10:00:00Z'))
const refused: string[] = []
const policyWith = (fields: string[] | null, hash = 'h') =>
  ({
    hash,
    source: { categories: fields === null ? {} : { 'content.published': { fields } } },
  }) as unknown as CompiledPolicy

let database: TestDatabase
let gateOf: (policy: CompiledPolicy) => PublicationGate
let gate: PublicationGate
beforeAll(async () => {
  database = await createTestDatabase()
  const vault = await openTestVault(database.url)
  gateOf = (policy) =>
    createPublicationGate({ policy, clock, vault, refused: (_gate, rule) => void refused.push(rule) })
  gate = gateOf(policyWith(['name', 'description', 'publisher']))
})
afterAll(() => database.close())

const wish: PublicationWish = {
  organisationId: 'org_1',
  entry: 'listing lst_1',
  by: 'per_1',
  fields: { publisher: 'Ada Ltd', name: 'tiny model' },
}
const publish = (token: string, what: PublicationWish = wish, by: PublicationGate = gate) =>
  database.transaction((tx) => by.publish(tx, what, token))
const leaves = async () =>
  (await database.pool.query("select decision, rule from evidence_leaf where gate = 'publication' order by sequence"))
    .rows

it('shows what becomes public and that it cannot be called back, and publishes exactly that, recorded', async () => {
  const { fields, warning, confirmation } = gate.preview(wish)
  expect(fields).toEqual([
    { name: 'name', text: 'tiny model' },
    { name: 'publisher', text: 'Ada Ltd' },
  ])
  expect(warning).toContain('cannot be called back')
  expect(await publish(confirmation)).toEqual(wish.fields)
  expect(await leaves()).toEqual([{ decision: 'allowed', rule: 'publish(2 of 3 fields)' }])
})

it('refuses a field that the policy does not declare, also where it was confirmed with others', async () => {
  const more = { ...wish, fields: { ...wish.fields, email: 'ada@example.org' } }
  expect(() => gate.preview(more)).toThrow('name, description, publisher become public, and nothing else')
  await expect(publish(gate.preview(wish).confirmation, more)).rejects.toMatchObject({ code: 'policy_refused' })
  expect(() => gate.preview({ ...wish, fields: {} })).toThrow('nothing else')
  expect(() => gateOf(policyWith(null)).preview(wish)).toThrow('lets nothing become public')
  expect(refused).toContain('publish(beyond the declared)')
})

it('refuses what was not confirmed: any other text, entry, organisation, person, policy or token', async () => {
  const { confirmation } = gate.preview(wish)
  const others: PublicationWish[] = [
    { ...wish, fields: { ...wish.fields, name: 'another model' } },
    { ...wish, fields: { name: 'tiny model' } },
    { ...wish, fields: { ...wish.fields, description: '' } },
    { ...wish, entry: 'listing lst_2' },
    { ...wish, organisationId: 'org_2' },
    { ...wish, by: 'per_2' },
  ]
  for (const other of others) await expect(publish(confirmation, other)).rejects.toMatchObject({ code: 'conflict' })
  const later = gateOf(policyWith(['name', 'description', 'publisher'], 'h2'))
  await expect(publish(confirmation, wish, later)).rejects.toMatchObject({ code: 'conflict' })
  for (const forged of ['', '.', 'x', '99999999999999.', confirmation.slice(0, -1), `9${confirmation}`])
    await expect(publish(forged)).rejects.toMatchObject({ code: 'conflict' })
  expect(refused).toContain('publish(unconfirmed)')
})

it('takes a confirmation once, also of two at the same moment, and not after a quarter of an hour', async () => {
  const { confirmation } = gate.preview({ ...wish, entry: 'listing lst_3' })
  const both = await Promise.allSettled([1, 2].map(() => publish(confirmation, { ...wish, entry: 'listing lst_3' })))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const late = gate.preview(wish)
  clock.advance(late.confirmBefore.getTime() - clock.nowMs())
  await expect(publish(late.confirmation)).rejects.toMatchObject({ message: expect.stringContaining('too old') })
})

it('what is published is what was shown, whatever the texts', async () => {
  const texts = fc.dictionary(fc.constantFrom('name', 'description', 'publisher'), fc.string(), { minKeys: 1 })
  await fc.assert(
    fc.asyncProperty(texts, texts, async (shown, sent) => {
      const isSame =
        Object.keys(shown).length === Object.keys(sent).length &&
        Object.entries(shown).every(([name, text]) => Object.hasOwn(sent, name) && sent[name] === text)
      const { confirmation } = gate.preview({ ...wish, fields: shown })
      const outcome = await publish(confirmation, { ...wish, fields: sent }).then(
        (made) => JSON.stringify(Object.entries(made).sort()) === JSON.stringify(Object.entries(shown).sort()),
        () => false,
      )
      clock.advance(1)
      expect(outcome).toBe(isSame)
    }),
    { numRuns: 100 },
  )
})

it('says on unlisting what cannot be undone', async () => {
  expect(await database.transaction((tx) => gate.unlist(tx, wish))).toMatchObject({
    remains: expect.stringContaining('cannot be called back'),
  })
  expect((await leaves()).at(-1)).toEqual({ decision: 'done', rule: 'unlisted' })
})
