import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { policyJsonSchema } from './index.ts'

describe('policy.schema.json', () => {
  it('is what generate-schema.ts writes from the schema in the code', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../policy.schema.json', import.meta.url), 'utf8'))
    expect(committed).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())))
  })

  it('refuses unknown keys in editors too', () => {
    expect(policyJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false })
  })
})
