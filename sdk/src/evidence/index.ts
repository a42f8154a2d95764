export { ProofInvalid, type Verified, verifyProof } from './tlog-proof.ts'
