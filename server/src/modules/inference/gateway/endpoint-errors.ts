/** Why a request that came to an endpoint without a replica was not sent to one. */
export class EndpointUnready extends Error {
  /** `late`: none was ready in time; `full`: too many wait; `unable`: none can be started. */
  readonly kind: 'late' | 'full' | 'unable'

  constructor(kind: EndpointUnready['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}
