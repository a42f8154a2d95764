/** Where spans of calls are sent. */
export interface CollectorSettings {
  readonly url: string
  /** Who runs it: an id of the policy's recipients; null: the operator, in their own network. */
  readonly recipient: string | null
  readonly headers: Readonly<Record<string, string>>
}

export const collectorOf = (settings: {
  readonly AVOW_OTLP_URL?: string | undefined
  readonly AVOW_OTLP_RECIPIENT?: string | undefined
  readonly AVOW_OTLP_HEADERS?: Record<string, string> | undefined
}): CollectorSettings | undefined => {
  const { AVOW_OTLP_URL: url, AVOW_OTLP_RECIPIENT: recipient = null, AVOW_OTLP_HEADERS: headers = {} } = settings
  return url === undefined ? undefined : { url, recipient, headers }
}
