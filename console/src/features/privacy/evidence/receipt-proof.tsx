import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Receipt } from '../../../app/views.ts'
import { CodeBlock } from '../../../ui/copy.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { checkProof } from './check-proof.ts'
import { type ProofOutcome, ProofResult } from './proof-result.tsx'

/** The proof must hold, and be the proof of this receipt: the same commitment, an erasure that is done. */
const checkReceipt = async ({ proof, verifierKey, commitment }: Receipt): Promise<ProofOutcome | null> => {
  if (proof === null) return null
  const outcome = await checkProof(proof, verifierKey)
  if (!outcome.holds) return outcome
  const leaf: unknown = JSON.parse(outcome.verified.leaf)
  const isThis = typeof leaf === 'object' && leaf !== null && 'commitment' in leaf && leaf.commitment === commitment
  return isThis ? outcome : { holds: false, why: 'It is the proof of another decision, not of this receipt.' }
}

const text = 'text/plain;charset=utf-8'

/** The proof of a receipt: checked in the browser, to keep, and how to check it elsewhere. */
export const ReceiptProof = ({ receipt }: { receipt: Receipt }) => {
  const { proof, verifierKey } = receipt
  const { data: outcome, error } = useQuery({
    queryKey: ['receipt-proof', proof, verifierKey],
    queryFn: () => checkReceipt(receipt),
  })
  if (receipt.state === 'cancelled') return null
  return (
    <Section
      title="Proof"
      about="That the erasure was recorded in the evidence log, which nobody can change without its being seen."
    >
      <ProblemNotice error={error} />
      {proof === null && (
        <p className="soft" role="status">
          There is none before it is done. This page looks again by itself.
        </p>
      )}
      {outcome != null && <ProofResult outcome={outcome} />}
      {proof !== null && (
        <>
          <div className="inline">
            <Button onClick={() => saveFile('erased.tlog-proof', proof, text)}>Save the proof</Button>
            <Button variant="default" onClick={() => saveFile('avow.vkey', `${verifierKey}\n`, text)}>
              Save the key
            </Button>
          </div>
          <div className="stack-tight">
            <p>To check both elsewhere, now or in ten years, without any server:</p>
            <CodeBlock wrap code="avow evidence verify erased.tlog-proof --key avow.vkey" label="Check offline" />
            <p className="small soft">
              The file is a C2SP tlog-proof, so programs of others check it too. Compare the key with one that was kept
              before, or that the operator published.
            </p>
          </div>
        </>
      )}
    </Section>
  )
}
