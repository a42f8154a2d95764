import { ProofInvalid, verifyProof } from '@avow/sdk/evidence'
import type { ProofOutcome } from './proof-result.tsx'

/** Checks a proof with Web Crypto. Anything that keeps it from being checked is said, never taken for a proof. */
export const checkProof = async (proof: string, key: string): Promise<ProofOutcome> => {
  if (!window.isSecureContext)
    return {
      holds: false,
      why: 'This page was not loaded over HTTPS, so the browser checks no signatures. Use the CLI.',
    }
  try {
    return { holds: true, verified: await verifyProof(proof, key) }
  } catch (error) {
    if (error instanceof ProofInvalid) return { holds: false, why: `${error.message}.` }
    if (error instanceof DOMException && error.name === 'NotSupportedError')
      return { holds: false, why: 'This browser cannot check Ed25519 signatures. Use the CLI.' }
    throw error
  }
}
