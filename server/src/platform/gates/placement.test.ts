import { expect, it } from 'vitest'
import { createPlacementGate } from './placement.ts'
import { outwardPolicy } from './test-gates.ts'

const gateIn = (here: string | null, refused: string[] = []) =>
  createPlacementGate(
    outwardPolicy([], { allowed: ['US', 'TW'], transfers: [{ to: 'SG', for: 'help', safeguard: 'clauses' }] }),
    here,
    (rule) => void refused.push(rule),
  )
const placing = (country: string | null, pin: string | null = null, safeguard: string | null = null) => ({
  country,
  pin,
  safeguard,
})

it('data stays in the regions of the policy, and goes elsewhere only by a transfer with its safeguard', () => {
  const gate = gateIn('US')
  expect(gate.judge(placing('US'))).toEqual({ allowed: true, crossing: null })
  expect(gate.judge(placing('TW'))).toEqual({ allowed: true, crossing: { from: 'US', to: 'TW', safeguard: null } })
  expect(gate.judge(placing('SG'))).toMatchObject({ crossing: { to: 'SG', safeguard: 'clauses' } })
  expect(gate.judge(placing('SG', null, 'addendum'))).toMatchObject({ crossing: { safeguard: 'addendum' } })
  expect(gate.judge(placing('DE'))).toMatchObject({ allowed: false, rule: 'region(DE)' })
  expect(gate.judge(placing(null))).toMatchObject({ allowed: false, rule: 'region(unstated)' })
})

it('what law compels goes where the policy does not, and only with something that protects it there', () => {
  const gate = gateIn('US')
  expect(gate.compelled({ country: 'US', safeguard: null })).toBeNull()
  expect(gate.compelled({ country: 'SG', safeguard: null })).toMatchObject({ from: 'US', safeguard: 'clauses' })
  expect(() => gate.compelled({ country: 'DE', safeguard: null })).toThrow('name what the transfer rests on')
  expect(gate.compelled({ country: 'DE', safeguard: 'treaty' })).toEqual({ from: 'US', to: 'DE', safeguard: 'treaty' })
  expect(gateIn(null).compelled({ country: 'DE', safeguard: 'treaty' })).toBeNull()
})

it('a pin keeps an organisation in one region, also where the policy would allow more', () => {
  const refused: string[] = []
  const gate = gateIn('US', refused)
  expect(gate.judge(placing('US', 'US'))).toMatchObject({ allowed: true })
  expect(() => gate.require(placing('TW', 'US'))).toThrow(/pinned to US, and this is in TW/)
  expect(() => gate.require(placing(null, 'US'))).toThrow(/nobody says where/)
  expect(refused).toEqual(['pin(US)', 'pin(US)'])
})

it('a plan keeps an organisation in its countries, where the policy allows them', () => {
  const gate = gateIn('US')
  const planned = (country: string | null, countries: string[]) =>
    gate.judge({ ...placing(country), planned: countries })
  expect(planned('US', ['US'])).toMatchObject({ allowed: true })
  expect(planned('TW', ['US'])).toMatchObject({
    allowed: false,
    rule: 'plan(TW)',
    why: expect.stringContaining('says US'),
  })
  expect(planned(null, ['US'])).toMatchObject({ allowed: false, rule: 'plan(unstated)' })
  expect(planned('DE', ['DE'])).toMatchObject({ allowed: false, rule: 'region(DE)' })
  expect(gate.judge({ ...placing('TW'), planned: null })).toMatchObject({ allowed: true })
})

it('a policy that allows any region has no borders to keep, but still counts crossings', () => {
  const gate = createPlacementGate(outwardPolicy([]), 'DE', () => undefined)
  expect(gate.judge(placing(null))).toEqual({ allowed: true, crossing: null })
  expect(gate.judge(placing('US', null, 'clauses'))).toEqual({
    allowed: true,
    crossing: { from: 'DE', to: 'US', safeguard: 'clauses' },
  })
})
