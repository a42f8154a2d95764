import { describe, expect, test } from 'vitest'
import { checkGenerated } from './check-generated.ts'
import { betweenMarks, generatedFiles } from './generated-files.ts'
import { plantRepository } from './testing/planted-repository.ts'

const wanted = { file: 'a.json', content: async () => '{"version":2}\n' }

describe('the check of generated files', () => {
  test('reports a file that is not what its sources make', async () => {
    using planted = plantRepository({ 'a.json': '{"version":1}\n' })
    const result = await checkGenerated(planted.root, [wanted])
    expect(result).toEqual({ examined: 1, violations: ['a.json is out of date: npm run generate'] })
  })

  test('reports a missing file', async () => {
    using planted = plantRepository({ 'other.json': '' })
    expect((await checkGenerated(planted.root, [wanted])).violations).toHaveLength(1)
  })

  test('lets an equal file through', async () => {
    using planted = plantRepository({ 'a.json': '{"version":2}\n' })
    expect((await checkGenerated(planted.root, [wanted])).violations).toEqual([])
  })

  test('sees a changed endpoint: every real file is out of date in an empty repository', async () => {
    using planted = plantRepository({ 'README.md': '<!-- settings -->\nold\n<!-- /settings -->\n' })
    const result = await checkGenerated(planted.root)
    expect(result.violations).toHaveLength(generatedFiles.length)
  })

  test('replaces only what stands between the marks', () => {
    const text = 'before\n<!-- x -->\nold\n<!-- /x -->\nafter\n'
    expect(betweenMarks(text, 'x', 'new')).toBe('before\n<!-- x -->\nnew\n<!-- /x -->\nafter\n')
  })

  test('refuses a text without the marks', () => {
    expect(() => betweenMarks('before', 'x', 'new')).toThrow('<!-- x -->')
  })
})
