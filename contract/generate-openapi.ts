import { writeFileSync } from 'node:fs'
import { endpoints, openapiDocument } from './src/index.ts'

writeFileSync(new URL('./openapi.json', import.meta.url), `${JSON.stringify(openapiDocument(endpoints), null, 2)}\n`)
