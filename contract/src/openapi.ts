import { z } from 'zod'
import type { Access, Endpoint } from './endpoint.ts'
import { type ErrorCode, errors } from './errors.ts'
import { gatewayErrors } from './gateway-errors.ts'
import { engineParameters, responsesParameters } from './parameters.ts'

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', description: 'address of the docs page of the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errors) },
    detail: { type: 'string', description: 'what happened here and what to do' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io })
  return rest
}

const whoMay = (access: Access): string => {
  switch (access.kind) {
    case 'public':
      return 'Anyone.'
    case 'person':
      return 'Any signed-in person.'
    case 'member':
      return `Members of the ${access.of} with the role ${access.roles.join(', ')}.`
    case 'staff':
      return `The operator’s staff (${access.roles.join(', ')}) with a second factor.`
  }
}

const parametersOf = (schema: z.ZodObject | undefined, place: 'path' | 'query') => {
  if (schema === undefined) return []
  const json = schemaOf(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(json.properties ?? {}).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || (json.required ?? []).includes(name),
    schema: of,
  }))
}

const byStatus = (codes: readonly ErrorCode[]): Record<string, unknown> => {
  const grouped = new Map<number, ErrorCode[]>()
  for (const code of codes) grouped.set(errors[code].status, [...(grouped.get(errors[code].status) ?? []), code])
  return Object.fromEntries(
    [...grouped].map(([status, list]) => [
      String(status),
      {
        description: list.map((code) => `\`${code}\`: ${errors[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const operationOf = (endpoint: Endpoint) => {
  const isCreate = endpoint.method === 'POST' && endpoint.status === 201
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: [endpoint.description, `Who may call it: ${whoMay(endpoint.access)}`].filter(Boolean).join('\n\n'),
    security: endpoint.access.kind === 'public' ? [] : [{ bearer: [] }, { session: [] }],
    'x-access': endpoint.access,
    'x-errors': endpoint.errors,
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(isCreate
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              schema: { type: 'string', maxLength: 200 },
              description: 'repeat a request safely: the same key within a day gives the first answer',
            },
          ]
        : []),
    ],
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
          },
        }),
    responses: {
      [String(endpoint.status)]:
        endpoint.response === undefined
          ? { description: 'Done' }
          : { description: 'Done', content: { 'application/json': { schema: schemaOf(endpoint.response, 'output') } } },
      ...byStatus(endpoint.errors),
    },
  }
}

/**
 * The control plane as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0). Beside the standard fields,
 * `x-access` and `x-errors` say of each operation who may call it and which codes it answers with; `x-errors` of the
 * document explains each code, `x-gateway-errors` each code of `/v1`, and `x-parameters` what becomes
 * of those of OpenAI's API.
 */
export const openapiDocument = (endpoints: readonly Endpoint[]) => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    const path = `/api/v1${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Avow control plane',
      version: '1',
      description: 'Everything that the console and the CLI do. Inference is under /v1, as OpenAI’s clients speak it.',
    },
    'x-errors': errors,
    'x-gateway-errors': gatewayErrors,
    'x-parameters': { engine: engineParameters, responses: responsesParameters },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'avow_session' },
      },
    },
  }
}
