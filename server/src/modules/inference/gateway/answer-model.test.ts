import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replaceModel } from './answer-model.ts'

const replaced = (value: object, space?: number): unknown =>
  JSON.parse(replaceModel(JSON.stringify(value, null, space), '"mine"'))

test('whatever else an answer holds, its own model is renamed and nothing more', () => {
  const anything = fc.dictionary(
    fc.string().filter((name) => name !== 'model' && name !== '__proto__'),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(anything, anything, fc.string(), fc.nat(2), (before, after, model, space) => {
      expect(replaced({ ...before, model, ...after }, space)).toEqual(
        JSON.parse(JSON.stringify({ ...before, model: 'mine', ...after })),
      )
    }),
  )
})

test('models inside of it, texts about models, and answers without one stay', () => {
  for (const kept of [{ a: { model: 'x' }, b: ['model', 'x'], c: '"model":"x"', d: 'model' }, { model: 7 }, {}]) {
    expect(replaced(kept)).toEqual(kept)
  }
  for (const kept of ['', '{"model"', '{"model":"x', 'data: [DONE]']) expect(replaceModel(kept, '"mine"')).toBe(kept)
})
