import { expect, it } from 'vitest'
import { noTrainingScope, trainingScopeBody, trainingScopeFlags } from './training-scope.ts'

it('a scope without project and end is of every project until it is withdrawn', () => {
  const scope = { ...noTrainingScope, content: ['content.inference'] }
  expect(trainingScopeBody(scope)).toEqual({ content: ['content.inference'], projectId: null, until: null })
  expect(trainingScopeFlags(scope)).toEqual(['--content', 'content.inference'])
})

it('a day counts to its end, and the line says the same as the body', () => {
  const scope = { content: ['content.inference', 'content.training'], projectId: ' prj_1 ', until: '2027-06-30' }
  expect(trainingScopeBody(scope)).toMatchObject({ projectId: 'prj_1', until: '2027-06-30T23:59:59.999Z' })
  expect(trainingScopeFlags(scope).join(' ')).toBe(
    '--content content.inference --content content.training --of-project prj_1 --until 2027-06-30T23:59:59.999Z',
  )
})
