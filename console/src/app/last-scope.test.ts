import { expect, test } from 'vitest'
import { keepLastScope } from './last-scope.ts'

const storageOf = (write?: () => never): Storage => {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    key: (at) => [...kept.keys()][at] ?? null,
    clear: () => kept.clear(),
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => {
      write?.()
      kept.set(name, value)
    },
    removeItem: (name) => {
      kept.delete(name)
    },
  }
}

test('the last project survives a reload', () => {
  const storage = storageOf()
  keepLastScope(storage).set({ organisationId: 'org_1', projectId: 'prj_1' })
  expect(keepLastScope(storage).get()).toEqual({ organisationId: 'org_1', projectId: 'prj_1' })
})
test('works without storage, for as long as the page is open', () => {
  const scope = keepLastScope(
    storageOf(() => {
      throw new Error('full')
    }),
  )
  scope.set({ organisationId: 'org_1', projectId: null })
  expect(scope.get()).toEqual({ organisationId: 'org_1', projectId: null })
})
test('tells listeners of a change, and only of a change', () => {
  const scope = keepLastScope(storageOf())
  let told = 0
  scope.subscribe(() => {
    told += 1
  })
  scope.set({ organisationId: 'org_1', projectId: 'prj_1' })
  scope.set({ organisationId: 'org_1', projectId: 'prj_1' })
  expect(told).toBe(1)
})
