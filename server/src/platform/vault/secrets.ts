import { createHmac, hkdfSync } from 'node:crypto'
import { decrypt, encrypt } from './cipher.ts'

/** Seals small secrets of the installation itself, and makes keyed hashes. Keys are derived from its root key, one a use. */
export interface Secrets {
  /** AES-256-GCM; `context` (table, column, row) is authenticated, so a sealed value works in its own place only. */
  seal(context: string, plain: string): Buffer
  /** @throws if the bytes or the context are not those that were sealed */
  open(context: string, sealed: Buffer): string
  /** HMAC-SHA-256 under a key of its own for each `use`; hex. */
  keyedHash(use: string, value: string): string
  /** 32 bytes derived for one use (HKDF-SHA-256, RFC 5869), base64url: for libraries that want a secret. */
  secretFor(use: string): string
}

const version = 1

/** @param root 32 bytes */
export const createSecrets = (root: Buffer): Secrets => {
  if (root.length !== 32) throw new Error('the root key must be 32 bytes')
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', root, 'avow', use, 32))
  const sealingKey = derive('seal')
  const hashKeys = new Map<string, Buffer>()
  const hashKey = (use: string): Buffer => {
    const known = hashKeys.get(use)
    if (known !== undefined) return known
    const made = derive(`hash:${use}`)
    hashKeys.set(use, made)
    return made
  }
  return {
    seal: (context, plain) => encrypt(version, sealingKey, context, Buffer.from(plain)),
    open: (context, sealed) => decrypt(version, sealingKey, context, sealed).toString('utf8'),
    keyedHash: (use, value) => createHmac('sha256', hashKey(use)).update(value).digest('hex'),
    secretFor: (use) => derive(`secret:${use}`).toString('base64url'),
  }
}
