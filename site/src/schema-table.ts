import type { Schema } from './openapi.ts'

interface Field {
  name: string
  schema: Schema
  required: boolean
}

/** Takes `null` out of a choice, so that the rest can be described. */
const withoutNull = (schema: Schema): { schema: Schema; nullable: boolean } => {
  if (Array.isArray(schema.type)) {
    const rest = schema.type.filter((one) => one !== 'null')
    const [only] = rest
    return {
      schema: { ...schema, type: rest.length === 1 && only !== undefined ? only : rest },
      nullable: schema.type.length > rest.length,
    }
  }
  const rest = schema.anyOf?.filter((one) => one.type !== 'null')
  const [only] = rest ?? []
  if (rest?.length === 1 && only !== undefined) {
    return {
      schema: { ...only, ...(schema.description === undefined ? {} : { description: schema.description }) },
      nullable: true,
    }
  }
  return { schema, nullable: false }
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

const baseName = (schema: Schema): string => {
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeName(schema.items)}`
  if (schema.type === 'string' && schema.format === 'date-time') return 'instant'
  if (schema.type === 'string' && schema.format !== undefined)
    return { uri: 'address', email: 'email address' }[schema.format] ?? schema.format
  if (schema.type === 'string') return 'text'
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'integer') return 'whole number'
  return Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything')
}

const typeName = (of: Schema): string => {
  const { schema, nullable } = withoutNull(of)
  return nullable ? `${baseName(schema)} or \`null\`` : baseName(schema)
}

const isShown = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER

const boundsOf = ({ minimum, maximum, minLength, maxLength, maxItems }: Schema): string[] => [
  ...(isShown(minimum) && isShown(maximum) ? [`${minimum} to ${maximum}`] : []),
  ...(isShown(minimum) && !isShown(maximum) ? [`at least ${minimum}`] : []),
  ...(!isShown(minimum) && isShown(maximum) ? [`at most ${maximum}`] : []),
  ...(isShown(minLength) && minLength > 1 ? [`at least ${minLength} characters`] : []),
  ...(isShown(maxLength) ? [`at most ${maxLength} characters`] : []),
  ...(isShown(maxItems) ? [`at most ${maxItems}`] : []),
]

const noteOf = (of: Schema, { withBounds }: { withBounds: boolean }): string => {
  const { schema } = withoutNull(of)
  const written = of.description ?? schema.description
  return [
    ...(written === undefined || written === 'UTC instant, ISO 8601' ? [] : [written]),
    ...(withBounds ? boundsOf(schema) : []),
    ...(of.default === undefined ? [] : [`default ${code(of.default)}`]),
  ].join('; ')
}

/** An object's fields with those of objects inside it, as `a.b`, and of lists, as `a[].b`. */
const flatten = (of: Schema, prefix: string): Field[] => {
  const { schema } = withoutNull(of)
  if (schema.type === 'array' && schema.items !== undefined) return flatten(schema.items, `${prefix}[]`)
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const full = prefix === '' ? name : `${prefix}.${name}`
    return [{ name: full, schema: inner, required: (schema.required ?? []).includes(name) }, ...flatten(inner, full)]
  })
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{{', '{ {')

/** Fields as a Markdown table; empty when there are none. `direction` in: what is sent, with bounds and what is needed. */
export const fieldTable = (schema: Schema, direction: 'in' | 'out'): string => {
  const fields = flatten(schema, '')
  if (fields.length === 0) return ''
  const isIn = direction === 'in'
  const rows = fields.map(({ name, schema: of, required }) => {
    const need = isIn ? ` ${required && of.default === undefined ? 'yes' : ''} |` : ''
    return `| \`${name}\` | ${cell(typeName(of))} |${need} ${cell(noteOf(of, { withBounds: isIn }))} |`
  })
  return [
    isIn ? '| Field | Type | Needed | Notes |' : '| Field | Type | Notes |',
    isIn ? '|---|---|---|---|' : '|---|---|---|',
    ...rows,
  ].join('\n')
}

/** Parameters of a path, query or header as a Markdown table. */
export const parameterTable = (
  parameters: readonly { name: string; in: string; required: boolean; description?: string; schema: Schema }[],
): string =>
  [
    '| Parameter | In | Type | Needed | Notes |',
    '|---|---|---|---|---|',
    ...parameters.map(({ name, in: place, required, description, schema }) => {
      const note = [description, noteOf(schema, { withBounds: true })]
        .filter((part) => part !== undefined && part !== '')
        .join('; ')
      return `| \`${name}\` | ${place} | ${cell(typeName(schema))} | ${required ? 'yes' : ''} | ${cell(note)} |`
    }),
  ].join('\n')
