/** Writes policy.schema.json, which gives editors completion and checks: `node policy/generate-schema.ts`. */
import { writeFileSync } from 'node:fs'
import { policyJsonSchema } from './src/index.ts'

writeFileSync(new URL('policy.schema.json', import.meta.url), `${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
