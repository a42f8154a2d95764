/** The parts of JSON Schema (2020-12) that the contract's document uses. */
export interface Schema {
  type?: string | string[]
  description?: string
  format?: string
  pattern?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: Schema
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  'x-access':
    | { kind: 'public' }
    | { kind: 'person' }
    | { kind: 'member'; of: string; roles: string[] }
    | { kind: 'staff'; roles: string[] }
  'x-errors': string[]
  parameters: Parameter[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

export interface ErrorEntry {
  status: number
  title: string
  todo: string
}

/** What becomes of a parameter of OpenAI's API. */
export interface Supported {
  support: 'passed' | 'obeyed' | 'accepted' | 'refused'
  /** The value of a refused one that asks for nothing. */
  idle?: unknown
  note?: string
}

export interface ApiDocument {
  'x-errors': Record<string, ErrorEntry>
  'x-gateway-errors': Record<string, ErrorEntry>
  'x-parameters': Record<string, Record<string, Supported>>
  paths: Record<string, Record<string, Operation>>
}

/** One endpoint of the document. */
export interface Endpoint {
  method: string
  path: string
  operation: Operation
}

export const endpointsOf = (document: ApiDocument): Endpoint[] =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

/** A name as it stands in an address: `API keys` is `api-keys`. */
export const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
