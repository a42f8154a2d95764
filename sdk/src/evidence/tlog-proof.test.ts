import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, ProofInvalid, verifyProof } from './index.ts'

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
const leafHash = (leaf: Buffer) => sha256(Buffer.from([0]), leaf)
const nodeHash = (left: Buffer, right: Buffer) => sha256(Buffer.from([1]), left, right)

/** RFC 6962, section 2.1: root and path by the definition, on the whole list. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))
const root = (leaves: readonly Buffer[]): Buffer =>
  leaves.length === 1
    ? leafHash(leaves[0] as Buffer)
    : nodeHash(root(leaves.slice(0, split(leaves.length))), root(leaves.slice(split(leaves.length))))
const path = (at: number, leaves: readonly Buffer[]): Buffer[] => {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return at < k
    ? [...path(at, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(at - k, leaves.slice(k)), root(leaves.slice(0, k))]
}

const signerOf = (name: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const typed = Buffer.concat([Buffer.from([1]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const hash = sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4)
  return {
    key: `${name}+${hash.toString('hex')}+${typed.toString('base64')}`,
    sign: (text: string) =>
      `${text}\n— ${name} ${Buffer.concat([hash, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`,
  }
}

const signer = signerOf('avow/evidence')
const leavesOf = (n: number): Buffer[] => Array.from({ length: n }, (_, i) => Buffer.from(`{"decision":${i}}`))
const headOf = (leaves: readonly Buffer[], by = signer) =>
  by.sign(`avow/evidence\n${leaves.length}\n${root(leaves).toString('base64')}\n`)
const proofOf = (at: number, leaves: readonly Buffer[], note = headOf(leaves)) =>
  [
    'c2sp.org/tlog-proof@v1',
    `extra ${leaves[at]?.toString('base64')}`,
    `index ${at}`,
    ...path(at, leaves).map((hash) => hash.toString('base64')),
    '',
    note,
  ].join('\n')

describe('a proof from a log', () => {
  test.each([1, 2, 3, 7, 8, 100])('holds for every leaf of a tree of %i', async (size) => {
    const leaves = leavesOf(size)
    for (const at of leaves.keys())
      expect(await verifyProof(proofOf(at, leaves), signer.key)).toEqual({
        origin: 'avow/evidence',
        size,
        index: at,
        leaf: `{"decision":${at}}`,
      })
  })

  test('does not hold under another key, with another leaf or another place', async () => {
    const leaves = leavesOf(6)
    const proof = proofOf(2, leaves)
    await expect(verifyProof(proof, signerOf('avow/evidence').key)).rejects.toThrow('no good signature')
    const forged = Buffer.from('{"decision":"forged"}').toString('base64')
    await expect(verifyProof(proof.replace(/^extra .*/m, `extra ${forged}`), signer.key)).rejects.toThrow('not in')
    await expect(verifyProof(proof.replace('index 2', 'index 3'), signer.key)).rejects.toThrow(ProofInvalid)
    await expect(verifyProof(proof.replace('index 2', 'index 60'), signer.key)).rejects.toThrow('beyond the tree')
  })

  test('does not hold after any letter of it was changed', async () => {
    const proof = proofOf(3, leavesOf(5))
    for (const at of proof.slice(0, -1).split('').keys()) {
      const altered = `${proof.slice(0, at)}${proof[at] === 'A' ? 'B' : 'A'}${proof.slice(at + 1)}`
      await expect(verifyProof(altered, signer.key), `letter ${at}`).rejects.toThrow(ProofInvalid)
    }
  })

  test.each([
    '',
    'not a proof',
    'c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\nA=A\n\nx',
  ])('is refused in words when it is none: %j', (text) =>
    expect(verifyProof(text, signer.key)).rejects.toThrow(ProofInvalid))

  test.each([
    '',
    'avow/evidence',
    `${signer.key}x`,
    signer.key.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
  ])('is not checked with a key that is none: %j', (key) =>
    expect(verifyProof(proofOf(0, leavesOf(2)), key)).rejects.toThrow('key'))
})

test('a signed tree head tells log, size and root; a head that another key signed does not', async () => {
  const leaves = leavesOf(4)
  const head = await openCheckpoint(headOf(leaves), signer.key)
  expect({ ...head, root: Buffer.from(head.root) }).toEqual({ origin: 'avow/evidence', size: 4, root: root(leaves) })
  await expect(openCheckpoint(headOf(leaves, signerOf('avow/evidence')), signer.key)).rejects.toThrow(ProofInvalid)
})
