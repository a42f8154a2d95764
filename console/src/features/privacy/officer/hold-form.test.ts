import { expect, test } from 'vitest'
import { holdBodyOf, holdLine, noHold } from './hold-form.ts'

test('a hold on a person names them, what is held, why, and until the end of which day', () => {
  const fields = {
    ...noHold,
    subjectId: ' ada@example.org ',
    categories: ['billing.record'],
    ground: ' dispute over invoice 7 ',
    endsOn: '2027-01-31',
  }
  expect(holdBodyOf(fields)).toEqual({
    scope: 'person',
    subjectId: 'ada@example.org',
    categories: ['billing.record'],
    ground: 'dispute over invoice 7',
    endsAt: '2027-01-31T23:59:59.999Z',
  })
  expect(holdLine(fields)).toBe(
    "avow hold create --person ada@example.org --category billing.record --ground 'dispute over invoice 7' --ends 2027-01-31T23:59:59.999Z",
  )
})

test('a hold on everyone names nobody, and one without categories or an end covers all until it is released', () => {
  const fields = { ...noHold, scope: 'everyone' as const, subjectId: 'left over', ground: 'incident' }
  expect(holdBodyOf(fields)).toEqual({ scope: 'everyone', ground: 'incident' })
  expect(holdLine(fields)).toBe('avow hold create --everyone --ground incident')
})

test('while the form is empty the line shows what is missing', () => {
  expect(holdLine({ ...noHold, scope: 'organisation', reference: 'case 9' })).toBe(
    "avow hold create --of-organisation ID --ground GROUND --reference 'case 9'",
  )
})
