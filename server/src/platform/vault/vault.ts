import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Seals small secrets of the platform, and makes keyed hashes. Keys are derived from the master key, one a use. */
export interface Vault {
  /** AES-256-GCM; `context` (table, column, row) is authenticated, so a sealed value works in its own place only. */
  seal(context: string, plain: string): Buffer
  /** @throws if the bytes or the context are not those that were sealed */
  open(context: string, sealed: Buffer): string
  /** HMAC-SHA-256 under a key of its own for each `use`; hex. */
  keyedHash(use: string, value: string): string
  /** 32 bytes derived for one use (HKDF-SHA-256, RFC 5869), base64url: for libraries that want a secret. */
  secretFor(use: string): string
}

const nonceBytes = 12
const tagBytes = 16
const version = 1

export const createVault = (masterKey: Buffer): Vault => {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes, base64')
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, 'avow', use, 32))
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
    seal: (context, plain) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body])
    },
    open: (context, sealed) => {
      if (sealed[0] !== version) throw new Error('sealed with an unknown version')
      const nonce = sealed.subarray(1, 1 + nonceBytes)
      const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes)
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, nonce).setAAD(Buffer.from(context)).setAuthTag(tag)
      return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]).toString(
        'utf8',
      )
    },
    keyedHash: (use, value) => createHmac('sha256', hashKey(use)).update(value).digest('hex'),
    secretFor: (use) => derive(`secret:${use}`).toString('base64url'),
  }
}

/** Reads the master key, or makes one (mode 0600) when there is none yet. */
export const loadMasterKey = (file: string, mayCreate: boolean): Buffer => {
  if (!existsSync(file)) {
    if (!mayCreate)
      throw new Error(`the master key ${file} is gone. Restore it: without it nothing that was sealed can be read`)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
  if (key.length !== 32) throw new Error(`the master key ${file} must hold 32 bytes in base64`)
  return key
}
