/** An API key as the gateway must know it. */
export interface KeyRecord {
  readonly keyId: string
  readonly projectId: string
  readonly organisationId: string
  readonly state: 'active' | 'revoked'
  readonly expiresAtMs: number | null
  /** null: every model. */
  readonly allowedModels: ReadonlySet<string> | null
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  readonly concurrentRequests: number | null
}

/** Where keys are kept; identity gives it. */
export interface KeyDirectory {
  /** Looks a secret up in the database; null when there is no such key. */
  find(secret: string): Promise<KeyRecord | null>
  /** Tells of keys that changed; null: anything may have changed (the connection was lost). Returns the end of it. */
  onChange(listener: (keyId: string | null) => void): () => void
  /** The key was used now; written in batches. */
  touched(keyId: string, atMs: number): void
}
