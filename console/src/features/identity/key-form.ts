import type { Key } from '../../app/views.ts'
import { badLimit, limitOf } from '../../ui/limit-text.ts'

/** The fields of a key as a person edits them: numbers and dates are text until they are sent. */
export interface KeyFields {
  name: string
  restricted: boolean
  allowedModels: string[]
  requestsPerMinute: string
  tokensPerMinute: string
  concurrentRequests: string
  /** A date (UTC) or empty. */
  expiresOn: string
}

export const emptyKeyFields: KeyFields = {
  name: '',
  restricted: false,
  allowedModels: [],
  requestsPerMinute: '',
  tokensPerMinute: '',
  concurrentRequests: '',
  expiresOn: '',
}

export const keyFieldsOf = (key: Key): KeyFields => ({
  name: key.name,
  restricted: key.allowedModels !== null,
  allowedModels: key.allowedModels ?? [],
  requestsPerMinute: key.requestsPerMinute?.toString() ?? '',
  tokensPerMinute: key.tokensPerMinute?.toString() ?? '',
  concurrentRequests: key.concurrentRequests?.toString() ?? '',
  expiresOn: key.expiresAt?.slice(0, 10) ?? '',
})

/** What is wrong with the fields, by name; null where nothing is. */
export const keyRules = {
  name: (value: string) => (value.trim() === '' ? 'Give it a name, such as the program that uses it' : null),
  requestsPerMinute: badLimit,
  tokensPerMinute: badLimit,
  concurrentRequests: badLimit,
}

/** The fields as the API takes them. A key that expires on a day works to the end of that day, UTC. */
export const keyBodyOf = (fields: KeyFields, before: Key | null = null) => ({
  name: fields.name.trim(),
  allowedModels: fields.restricted ? fields.allowedModels : null,
  requestsPerMinute: limitOf(fields.requestsPerMinute),
  tokensPerMinute: limitOf(fields.tokensPerMinute),
  concurrentRequests: limitOf(fields.concurrentRequests),
  expiresAt: expiry(fields.expiresOn, before?.expiresAt ?? null),
})

const expiry = (day: string, before: string | null): string | null => {
  if (day === '') return null
  // A day that was not touched keeps its exact instant.
  return before !== null && before.slice(0, 10) === day ? before : `${day}T23:59:59.999Z`
}
