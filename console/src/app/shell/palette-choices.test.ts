import { expect, test } from 'vitest'
import { findChoices } from './palette-choices.ts'

const choice = (group: string, name: string, also = '') => ({ id: name, group, name, also })
const choices = [
  choice('Build', 'API keys', 'secrets tokens'),
  choice('Build', 'Usage', 'cost tokens'),
  choice('Privacy', 'Data map', 'columns tables'),
  choice('Operate', 'Model catalogue'),
]
const names = (text: string) => findChoices(choices, text).map(({ name }) => name)

test('an empty search shows everything, in its order', () => {
  expect(names('  ')).toEqual(['API keys', 'Usage', 'Data map', 'Model catalogue'])
})
test('finds by parts of words, by other words and by group, whatever the case', () => {
  expect(names('TOK')).toEqual(['API keys', 'Usage'])
  expect(names('build cost')).toEqual(['Usage'])
  expect(names('map')).toEqual(['Data map'])
  expect(names('zebra')).toEqual([])
})
test('a name that begins with what was typed comes first', () => {
  expect(names('m')[0]).toBe('Model catalogue')
})
