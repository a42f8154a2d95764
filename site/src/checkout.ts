import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ApiDocument } from './openapi.ts'

/** The checkout that this site describes. */
export const root = path.resolve(import.meta.dirname, '../..')

/** A file of the checkout as text; `file` is relative to its root. */
export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** The contract's OpenAPI document. */
export const readApiDocument = (): ApiDocument => JSON.parse(read('contract/openapi.json')) as ApiDocument
