import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** Ed25519 in a signed note (C2SP signed-note). */
const ed25519Mark = 1
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex') // PKCS #8 of an Ed25519 seed (RFC 8410)
const publicKeyBytes = 32

/** Signs notes under one name. */
export interface NoteSigner {
  readonly name: string
  /** `name+hash+base64key`: what a verifier needs, in the form that Go's note package reads. */
  readonly verifierKey: string
  /** The note: the text, an empty line, and a signature line. The text must end with a newline. */
  sign(text: string): string
}

const rawPublicKey = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-publicKeyBytes)

/** @param seed 32 bytes; @param name of the log, without spaces or plus signs */
export const createNoteSigner = (name: string, seed: Buffer): NoteSigner => {
  const key = createPrivateKey({ key: Buffer.concat([seedPrefix, seed]), format: 'der', type: 'pkcs8' })
  const typedKey = Buffer.concat([Buffer.from([ed25519Mark]), rawPublicKey(key)])
  const keyHash = createHash('sha256').update(`${name}\n`).update(typedKey).digest().subarray(0, 4)
  return {
    name,
    verifierKey: `${name}+${keyHash.toString('hex')}+${typedKey.toString('base64')}`,
    sign: (text) => {
      const signature = Buffer.concat([keyHash, sign(null, Buffer.from(text), key)])
      return `${text}\n— ${name} ${signature.toString('base64')}\n`
    },
  }
}

/** Text of a tree head (C2SP tlog-checkpoint), to be signed as a note. */
export const checkpointText = (origin: string, size: number, root: Buffer): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`
