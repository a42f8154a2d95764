export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Why a request to the Responses API cannot be taken: what OpenAI's error says of it. */
export class WrongRequest extends Error {
  readonly param: string
  readonly code: 'invalid_value' | 'unknown_parameter' | 'unsupported_parameter'

  constructor(param: string, message: string, code: WrongRequest['code'] = 'invalid_value') {
    super(message)
    this.param = param
    this.code = code
  }
}

export const wrongType = (param: string, expected: string): WrongRequest =>
  new WrongRequest(param, `Invalid type for '${param}': expected ${expected}.`)

/** What the Responses API has and a chat completion has not. @param why ends the sentence */
export const untranslatable = (param: string, why: string): WrongRequest =>
  new WrongRequest(param, `'${param}' is not supported here: ${why}`, 'unsupported_parameter')

/** A text; undefined when it is absent or null. */
export const textIn = (fields: Fields, name: string, at = name): string | undefined => {
  const value = fields[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw wrongType(at, 'a string')
}

export const mustText = (fields: Fields, name: string, at: string): string => {
  const value = textIn(fields, name, `${at}.${name}`)
  if (value === undefined) throw new WrongRequest(`${at}.${name}`, `Missing required parameter: '${at}.${name}'.`)
  return value
}

export const objectIn = (fields: Fields, name: string, at = name): Fields | undefined => {
  const value = fields[name] ?? undefined
  if (value === undefined || isFields(value)) return value
  throw wrongType(at, 'an object')
}

export const listIn = (fields: Fields, name: string): readonly unknown[] | undefined => {
  const value = fields[name] ?? undefined
  if (value === undefined || Array.isArray(value)) return value
  throw wrongType(name, 'an array')
}

export const flagIn = (fields: Fields, name: string): boolean | undefined => {
  const value = fields[name] ?? undefined
  if (value === undefined || typeof value === 'boolean') return value
  throw wrongType(name, 'a boolean')
}

/** What is given of some members, under the same names. */
export const given = (fields: Fields, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]])))
