import { expect, test } from 'vitest'
import { percentsOf, setBudgetLine } from './budget-lines.ts'

test('percents are read as people write them, and nothing else is taken for them', () => {
  expect(percentsOf('50, 80%,100')).toEqual([50, 80, 100])
  expect(percentsOf('')).toEqual([])
  for (const wrong of ['0', '101', '1.5', 'half', '-5', '1 2 3 4 5 6 7 8 9 10 11']) expect(percentsOf(wrong)).toBeNull()
})

test('the line shown beside the form does what the form does', () => {
  const body = { limitMicros: '1500000', thresholds: [90] }
  expect(setBudgetLine('org_1', {}, body)).toBe('avow budgets set 1.5 --tell 90 --organisation org_1')
  expect(setBudgetLine('org_1', { projectId: 'prj_1', keyId: 'key_1' }, { ...body, thresholds: [] })).toBe(
    'avow budgets set 1.5 --of key_1 --tell never --organisation org_1',
  )
})
