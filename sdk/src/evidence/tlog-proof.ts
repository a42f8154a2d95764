import { bytesOfBase64, hexOf, sameBytes, sha256 } from './bytes.ts'

/** A proof that one decision is in the evidence log, as its file says it (C2SP tlog-proof). */
export interface TlogProof {
  /** The decision itself, as logged. */
  readonly leaf: Uint8Array<ArrayBuffer>
  readonly index: number
  readonly hashes: readonly Uint8Array<ArrayBuffer>[]
  /** The signed tree head, a note. */
  readonly checkpoint: string
}

export interface TreeHead {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array<ArrayBuffer>
}

export interface Verified {
  readonly origin: string
  readonly size: number
  readonly index: number
  readonly leaf: string
}

/** Why a proof proves nothing. */
export class ProofInvalid extends Error {}

const header = 'c2sp.org/tlog-proof@v1'
const hashBytes = 32

const base64 = (text: string, what: string): Uint8Array<ArrayBuffer> => {
  const bytes = bytesOfBase64(text)
  if (bytes === null) throw new ProofInvalid(`${what} is not base64`)
  return bytes
}

/** @throws ProofInvalid when the text is not a proof */
export const parseProof = (text: string): TlogProof => {
  const end = text.indexOf('\n\n')
  if (end < 0) throw new ProofInvalid('the signed tree head is missing')
  const [first, extra = '', index = '', ...hashes] = text.slice(0, end).split('\n')
  if (first !== header) throw new ProofInvalid(`the file does not begin with ${header}`)
  if (!extra.startsWith('extra ')) throw new ProofInvalid('the logged decision is missing')
  if (!/^index (0|[1-9]\d{0,14})$/.test(index)) throw new ProofInvalid('the index is missing')
  const proof = hashes.map((line) => base64(line, 'a hash'))
  if (proof.some((hash) => hash.length !== hashBytes)) throw new ProofInvalid('a hash has not 32 bytes')
  return {
    leaf: base64(extra.slice('extra '.length), 'the logged decision'),
    index: Number(index.slice('index '.length)),
    hashes: proof,
    checkpoint: text.slice(end + 2),
  }
}

/** Root that a leaf and its siblings give (RFC 9162, section 2.1.3.2). */
const rootOf = async (proof: TlogProof, size: number): Promise<Uint8Array> => {
  if (proof.index >= size) throw new ProofInvalid('the index is beyond the tree')
  let node = await sha256(Uint8Array.of(0), proof.leaf)
  let at = proof.index
  let last = size - 1
  for (const sibling of proof.hashes) {
    if (last === 0) throw new ProofInvalid('there are too many hashes')
    if (at % 2 === 1 || at === last) {
      node = await sha256(Uint8Array.of(1), sibling, node)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else {
      node = await sha256(Uint8Array.of(1), node, sibling)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0) throw new ProofInvalid('hashes are missing')
  return node
}

const ed25519Mark = 1

const readVerifierKey = async (text: string) => {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim())
  const [, name = '', hash = '', typed = ''] = parts ?? []
  const bytes = bytesOfBase64(typed)
  if (parts === null || bytes?.length !== 33 || bytes[0] !== ed25519Mark) {
    throw new ProofInvalid('the key is not an Ed25519 verifier key (name+hash+key, as /evidence/key shows it)')
  }
  const keyHash = (await sha256(new TextEncoder().encode(`${name}\n`), bytes)).subarray(0, 4)
  if (hexOf(keyHash) !== hash) throw new ProofInvalid('the hash of the key does not fit the key')
  const key = await crypto.subtle.importKey('raw', bytes.subarray(1), 'Ed25519', false, ['verify'])
  return { name, keyHash, key }
}

/**
 * The tree head of a note that carries a good signature of the key (C2SP signed-note, tlog-checkpoint).
 * @param verifierKey `name+hash+key`
 * @throws ProofInvalid saying what does not fit
 */
export const openCheckpoint = async (note: string, verifierKey: string): Promise<TreeHead> => {
  const { name, keyHash, key } = await readVerifierKey(verifierKey)
  const end = note.lastIndexOf('\n\n')
  if (end < 0) throw new ProofInvalid('the tree head is not signed')
  const text = note.slice(0, end + 1)
  const isGood = async (line: string): Promise<boolean> => {
    const parts = /^— (\S+) (\S+)$/.exec(line)
    const bytes = parts?.[1] === name ? bytesOfBase64(parts[2] ?? '') : null
    if (bytes === null || !sameBytes(bytes.subarray(0, 4), keyHash)) return false
    return crypto.subtle.verify('Ed25519', key, bytes.subarray(4), new TextEncoder().encode(text))
  }
  const signatures = await Promise.all(
    note
      .slice(end + 2)
      .split('\n')
      .map(isGood),
  )
  if (!signatures.includes(true)) throw new ProofInvalid(`the tree head has no good signature of ${name}`)
  const [origin = '', size = '', root = ''] = text.split('\n')
  return { origin, size: Number(size), root: base64(root, 'the root') }
}

/**
 * Checks that the decision in a proof is in the log whose key is given. Asks nobody: Web Crypto, in Node and browsers.
 * @param verifierKey `name+hash+key`, got from the operator by a way that you trust
 * @throws ProofInvalid saying what does not fit
 */
export const verifyProof = async (text: string, verifierKey: string): Promise<Verified> => {
  const proof = parseProof(text)
  const { origin, size, root } = await openCheckpoint(proof.checkpoint, verifierKey)
  if (!sameBytes(await rootOf(proof, size), root))
    throw new ProofInvalid('the decision is not in the tree that was signed')
  return { origin, size, index: proof.index, leaf: new TextDecoder().decode(proof.leaf) }
}
