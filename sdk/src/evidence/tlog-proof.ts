import { createHash, createPublicKey, verify } from 'node:crypto'

/** A proof that one decision is in the evidence log, as its file says it (C2SP tlog-proof). */
export interface TlogProof {
  /** The decision itself, as logged. */
  readonly leaf: Buffer
  readonly index: number
  readonly hashes: readonly Buffer[]
  /** The signed tree head, a note. */
  readonly checkpoint: string
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

const base64 = (text: string, what: string): Buffer => {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new ProofInvalid(`${what} is not base64`)
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

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Root that a leaf and its siblings give (RFC 9162, section 2.1.3.2). */
const rootOf = (proof: TlogProof, size: number): Buffer => {
  if (proof.index >= size) throw new ProofInvalid('the index is beyond the tree')
  let node = sha256(Buffer.from([0]), proof.leaf)
  let at = proof.index
  let last = size - 1
  for (const sibling of proof.hashes) {
    if (last === 0) throw new ProofInvalid('there are too many hashes')
    if (at % 2 === 1 || at === last) {
      node = sha256(Buffer.from([1]), sibling, node)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else {
      node = sha256(Buffer.from([1]), node, sibling)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0) throw new ProofInvalid('hashes are missing')
  return node
}

const spkiOfEd25519 = Buffer.from('302a300506032b6570032100', 'hex')
const ed25519Mark = 1

const readVerifierKey = (text: string) => {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim())
  const [, name = '', hash = '', typed = ''] = parts ?? []
  const bytes = Buffer.from(typed, 'base64')
  if (parts === null || bytes.length !== 33 || bytes[0] !== ed25519Mark) {
    throw new ProofInvalid('the key is not an Ed25519 verifier key (name+hash+key, as /evidence/key shows it)')
  }
  const expected = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4)
  if (expected.toString('hex') !== hash) throw new ProofInvalid('the hash of the key does not fit the key')
  const key = createPublicKey({ key: Buffer.concat([spkiOfEd25519, bytes.subarray(1)]), format: 'der', type: 'spki' })
  return { name, keyHash: expected, key }
}

/** The tree head of a note that carries a good signature of the key (C2SP signed-note, tlog-checkpoint). */
const openCheckpoint = (note: string, verifierKey: string): { origin: string; size: number; root: Buffer } => {
  const { name, keyHash, key } = readVerifierKey(verifierKey)
  const end = note.lastIndexOf('\n\n')
  if (end < 0) throw new ProofInvalid('the tree head is not signed')
  const text = note.slice(0, end + 1)
  const signatures = note.slice(end + 2).split('\n')
  const isSigned = signatures.some((line) => {
    const parts = /^— (\S+) (\S+)$/.exec(line)
    if (parts?.[1] !== name) return false
    const bytes = Buffer.from(parts[2] ?? '', 'base64')
    return bytes.subarray(0, 4).equals(keyHash) && verify(null, Buffer.from(text), key, bytes.subarray(4))
  })
  if (!isSigned) throw new ProofInvalid(`the tree head has no good signature of ${name}`)
  const [origin = '', size = '', root = ''] = text.split('\n')
  if (!/^(0|[1-9]\d{0,14})$/.test(size)) throw new ProofInvalid('the size of the tree is missing')
  return { origin, size: Number(size), root: base64(root, 'the root') }
}

/**
 * Checks offline that the decision in a proof is in the log whose key is given.
 * @param verifierKey `name+hash+key`, got from the operator by a way that you trust
 * @throws ProofInvalid saying what does not fit
 */
export const verifyProof = (text: string, verifierKey: string): Verified => {
  const proof = parseProof(text)
  const { origin, size, root } = openCheckpoint(proof.checkpoint, verifierKey)
  if (!rootOf(proof, size).equals(root)) throw new ProofInvalid('the decision is not in the tree that was signed')
  return { origin, size, index: proof.index, leaf: proof.leaf.toString('utf8') }
}
