export { hexOf, sha256 } from './bytes.ts'
export { openCheckpoint, ProofInvalid, type TreeHead, type Verified, verifyProof } from './tlog-proof.ts'
