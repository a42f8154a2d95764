import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCatalogue } from './default-catalogue.ts'
import { describeModelSource, ModelSourceError, parseModelSource } from './model-source.ts'

describe('parseModelSource', () => {
  it('reads every form', () => {
    expect(parseModelSource('file:engine/models/a.gguf')).toEqual({ kind: 'file', path: 'engine/models/a.gguf' })
    expect(parseModelSource('https://models.example/a.gguf')).toEqual({
      kind: 'https',
      url: 'https://models.example/a.gguf',
    })
    expect(parseModelSource('hf:owner/repo@abc123/dir/a.gguf')).toEqual({
      kind: 'hf',
      owner: 'owner',
      repo: 'repo',
      revision: 'abc123',
      file: 'dir/a.gguf',
    })
    expect(parseModelSource('hf:owner/repo/a.gguf')).toMatchObject({ revision: 'main', file: 'a.gguf' })
    expect(parseModelSource('pypi:one==1.0.0,two==2.1')).toEqual({
      kind: 'pypi',
      packages: [
        { name: 'one', version: '1.0.0' },
        { name: 'two', version: '2.1' },
      ],
    })
  })

  it.each([
    'file:',
    'models/a.gguf',
    'ftp://host/a.gguf',
    'http://models.example/a.gguf',
    'https://',
    'hf:owner/repo',
    'hf:owner/repo/../../secret',
    'pypi:one',
    'pypi:one>=1.0',
    'pypi:--index-url==1',
    '',
  ])('refuses "%s" and says how to write a source', (text) => {
    expect(() => parseModelSource(text)).toThrow(ModelSourceError)
    expect(() => parseModelSource(text)).toThrow(/https/)
  })

  it('writes a source as it reads it, without what may be secret', () => {
    expect(describeModelSource(parseModelSource('https://me:secret@models.example/a.gguf?token=secret'))).toBe(
      'https://models.example/a.gguf',
    )
    for (const text of defaultCatalogue.flatMap((entry) => entry.sources)) {
      expect(describeModelSource(parseModelSource(text))).toBe(text)
    }
  })

  it('throws nothing but ModelSourceError, whatever it reads', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'file:', 'hf:', 'pypi:', 'https://', 'http://'), fc.string(), (prefix, rest) => {
        try {
          const source = parseModelSource(prefix + rest)
          expect(parseModelSource(describeModelSource(source)).kind).toBe(source.kind)
        } catch (error) {
          expect(error).toBeInstanceOf(ModelSourceError)
        }
      }),
    )
  })
})
