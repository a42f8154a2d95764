import { ApiError } from './api-error.ts'

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function wrong(param: string, message: string): ApiError {
  return new ApiError(400, 'invalid_value', `${param}: ${message}`, { param })
}

export function unsupported(param: string, why = 'this engine does not support it'): ApiError {
  return new ApiError(400, 'unsupported_parameter', `${param}: ${why}`, { param })
}

export function numberIn(body: Fields, name: string, fallback: number, min: number, max: number): number {
  const value = body[name]
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max)
    throw wrong(name, `must be a number from ${min} to ${max}`)
  return value
}

export function wholeOrNull(body: Fields, name: string, min: number): number | null {
  const value = body[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min)
    throw wrong(name, `must be a whole number of at least ${min}`)
  return value
}

export function flag(body: Fields, name: string): boolean {
  const value = body[name]
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw wrong(name, 'must be true or false')
  return value
}

/**
 * Throws ApiError 400 for what nobody here knows, so that nothing that is asked for is dropped silently.
 * @param idle values, as JSON, of fields that ask for nothing when they have one of them
 */
export function refuseUnknown(
  body: Fields,
  accepted: ReadonlySet<string>,
  idle: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [name, value] of Object.entries(body)) {
    if (accepted.has(name) || value === null || value === undefined) continue
    if (!idle[name]?.includes(JSON.stringify(value))) throw unsupported(name)
  }
}

/** The object that every operation takes, and the model that it names. */
export function readObject(body: unknown): Fields & { readonly model: string } {
  if (!isFields(body)) throw new ApiError(400, 'invalid_json', 'The body must be a JSON object.')
  if (typeof body.model !== 'string') throw wrong('model', 'must be the name of a model')
  return body as Fields & { readonly model: string }
}
