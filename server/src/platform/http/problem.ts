import { type ErrorCode, errors } from '@avow/contract'

export interface FieldError {
  path: string
  message: string
}

/** An expected failure with a code of the contract. Anything else that is thrown is a 500 and is reported. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldError[]
  readonly headers: Readonly<Record<string, string>>
  constructor(
    code: ErrorCode,
    detail?: string,
    more: { fields?: readonly FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail ?? `${errors[code].title}. ${errors[code].todo}`)
    this.name = 'Refusal'
    this.code = code
    this.fields = more.fields ?? []
    this.headers = more.headers ?? {}
  }
  get status(): number {
    return errors[this.code].status
  }
}

/** Problem details (RFC 9457). */
export const problemOf = (refusal: Refusal, requestId: string) => ({
  type: `/docs/errors/${refusal.code}`,
  title: errors[refusal.code].title,
  status: refusal.status,
  code: refusal.code,
  detail: refusal.message,
  requestId,
  ...(refusal.fields.length === 0 ? {} : { errors: refusal.fields }),
})
