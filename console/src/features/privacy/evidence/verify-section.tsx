import { Button, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { checkProof } from './check-proof.ts'
import { logKeyQuery } from './evidence-reads.ts'
import { type ProofOutcome, ProofResult } from './proof-result.tsx'

/** A file that is chosen is read into the field, so that one sees what is checked. */
const FileButton = ({ onText }: { onText: (text: string) => void }) => {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button variant="default" onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        accept=".tlog-proof,text/plain"
        aria-label="File of the proof"
        hidden
        onChange={async (event) => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) onText(await file.text())
        }}
      />
    </>
  )
}

/** Checks a proof in the browser: by the log's own key, or by one that was kept. */
export const VerifySection = () => {
  const serverKey = useQuery(logKeyQuery)
  const [proof, setProof] = useState('')
  const [key, setKey] = useState<string | null>(null)
  const [outcome, setOutcome] = useState<ProofOutcome | null>(null)
  const used = key ?? serverKey.data ?? ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setOutcome(await checkProof(proof, used))
  }
  const change = (text: string) => {
    setOutcome(null)
    setProof(text)
  }
  return (
    <Section
      title="Check a proof"
      about="Paste a proof, such as that of a receipt, or choose its file. It is checked here in your browser."
    >
      <form className="stack" onSubmit={submit}>
        <Textarea
          label="Proof"
          placeholder="c2sp.org/tlog-proof@v1 …"
          autosize
          minRows={4}
          maxRows={12}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={proof}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Textarea
          label="Key of the log"
          description="This server’s, until you put the one that you kept here; that proves more"
          autosize
          minRows={1}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={used}
          onChange={(event) => {
            setOutcome(null)
            setKey(event.currentTarget.value)
          }}
        />
        <ProblemNotice error={serverKey.error} />
        {outcome !== null && <ProofResult outcome={outcome} />}
        <div className="inline">
          <Button type="submit" disabled={proof.trim() === ''}>
            Check it
          </Button>
          <FileButton onText={change} />
        </div>
      </form>
    </Section>
  )
}
