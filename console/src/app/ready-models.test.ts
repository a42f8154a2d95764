import { expect, test } from 'vitest'
import { readyModels } from './ready-models.ts'
import type { Model } from './views.ts'

const model = (id: string, more: Partial<Model>): Model => ({
  id,
  name: id,
  description: '',
  toy: false,
  served: 'embedded',
  provider: null,
  providers: [],
  licence: null,
  contextTokens: null,
  parameters: null,
  currency: 'EUR',
  promptMicrosPerMillionTokens: '0',
  completionMicrosPerMillionTokens: '0',
  state: 'ready',
  reason: null,
  download: null,
  createdAt: '2026-11-22T00:00:00.000Z',
  ...more,
})

test('one begins with a real model of this machine, then with one elsewhere, and with a toy only when there is no other', () => {
  const toy = model('a-toy', { toy: true })
  const elsewhere = model('elsewhere', { served: 'upstream' })
  const here = model('here', {})
  const ids = (models: readonly Model[]) => readyModels(models).map(({ id }) => id)
  expect(ids([toy, elsewhere, here])).toEqual(['here', 'elsewhere', 'a-toy'])
  expect(ids([toy])).toEqual(['a-toy'])
})

test('a model that is not ready is never offered', () => {
  const states = ['absent', 'downloading', 'starting', 'failed', 'disabled'] as const
  expect(readyModels(states.map((state) => model(state, { state })))).toEqual([])
})
