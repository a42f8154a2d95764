/** The part of JSON schema that the contract's OpenAPI document uses. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
}

const byFormat: Readonly<Record<string, string>> = {
  email: 'nobody@people.example',
  uri: 'http://127.0.0.1:9/v1',
  date: '1990-05-17',
  'date-time': '2099-01-01T00:00:00Z',
}

/** Something that the schema takes, with `text` wherever free text is taken. */
export const sample = (schema: Schema, text: string): unknown => {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0] ?? {}, text)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, of]) => [name, sample(of, text)]))
    case 'array':
      return [sample(schema.items ?? {}, text)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    default:
      return byFormat[schema.format ?? ''] ?? text
  }
}

/** Texts that break what was not thought through: databases, logs, file names, screens. */
export const nastyTexts: readonly string[] = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  "'; drop table person; --",
  '../../../../etc/passwd',
  '%00%0a%0d',
  '\r\nset-cookie: a=b',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '\u202egnirts',
  '',
  ' ',
  '🦊'.repeat(200),
  'x'.repeat(5000),
  '-1',
  'null',
  '__proto__',
]

/** Bodies of the wrong kind altogether. */
export const wrongBodies: readonly string[] = [
  'null',
  '0',
  '""',
  '[]',
  '[[]]',
  '{}',
  '{"__proto__":{"admin":true}}',
  '{"a":1}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '{"email":{"$ne":null},"password":{"$ne":null}}',
]
