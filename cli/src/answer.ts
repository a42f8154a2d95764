/** What a call of the typed client gives. */
export interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

export interface Page<Row> {
  readonly items: readonly Row[]
  readonly nextCursor: string | null
}
