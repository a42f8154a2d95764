import './privacy.css'
import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { Receipt } from '../../app/views.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { counted, period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Page, PageLoading, Section } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { RequestStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { Due } from './due.tsx'
import { commitmentOf } from './evidence/commitment.ts'
import { ReceiptProof } from './evidence/receipt-proof.tsx'
import { requestWords } from './request-words.ts'

const keptColumns: readonly Column<Receipt['kept'][number]>[] = [
  {
    name: 'What',
    show: ({ what, table }) => (
      <span>
        {what} (<code>{table}</code>)
      </span>
    ),
  },
  { name: 'How', show: ({ how }) => how },
  { name: 'For', show: (kept) => period(kept.period) },
  { name: 'Why', show: ({ why }) => <span className="small">{why}</span> },
]

/** Whoever knows the address can see that the receipt is about it; nobody can go the other way. */
const WhoseForm = ({ receipt }: { receipt: Receipt }) => {
  const [email, setEmail] = useState('')
  const [same, setSame] = useState<boolean | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setSame((await commitmentOf(receipt.salt, email.trim())) === receipt.commitment)
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      <TextInput
        label="Email address"
        description="Compared in your browser; it is not sent anywhere"
        type="email"
        required
        value={email}
        onChange={(event) => {
          setSame(null)
          setEmail(event.currentTarget.value)
        }}
      />
      {same === true && <Notice kind="good" title="The receipt is about this address" />}
      {same === false && <Notice kind="bad" title="The receipt is about another address" />}
      <div>
        <Button type="submit" variant="default">
          Compare
        </Button>
      </div>
    </form>
  )
}

const Shown = ({ receipt }: { receipt: Receipt }) => (
  <>
    <dl className="facts">
      <dt>Asked for</dt>
      <dd>
        {requestWords[receipt.kind]}, <When at={receipt.askedAt} />
      </dd>
      <dt>State</dt>
      <dd>
        <RequestStateBadge state={receipt.state} />
      </dd>
      {receipt.state === 'held' && (
        <>
          <dt>Next</dt>
          <dd>A legal hold keeps what is left. The erasure goes on by itself when the hold is released.</dd>
        </>
      )}
      {receipt.state === 'waiting' && (
        <>
          <dt>Begins</dt>
          <dd>
            <When at={receipt.startsAt} />; until then it can be cancelled in <Link to="/your-data">your data</Link>
          </dd>
        </>
      )}
      <dt>Due</dt>
      <dd>
        <Due request={receipt} />
      </dd>
      {receipt.finishedAt !== null && receipt.state !== 'cancelled' && (
        <>
          <dt>Done</dt>
          <dd className="num">
            {counted(receipt.removed, 'row')} deleted, {receipt.emptied} kept without the person
          </dd>
        </>
      )}
    </dl>
    <ReceiptProof receipt={receipt} />
    {receipt.kept.length > 0 && (
      <Section title="What stays, for how long and why">
        <Rows label="What stays" columns={keptColumns} rows={receipt.kept} keyOf={({ table }) => table} />
      </Section>
    )}
    <Section title="Whose it is" about="The log holds a salted hash of the address, nothing else.">
      <WhoseForm receipt={receipt} />
    </Section>
  </>
)

/** The server keeps a hash of the address only, so whoever loses it has lost the receipt. */
const KeepAddress = () => {
  const address = location.origin + location.pathname
  return (
    <div className="stack">
      <CodeBlock wrap code={address} label="Address of the receipt" />
      <div>
        <Button
          variant="default"
          size="xs"
          onClick={() => saveFile('avow-receipt-address.txt', `${address}\n`, 'text/plain;charset=utf-8')}
        >
          Save it as a file
        </Button>
      </div>
    </div>
  )
}

/** The receipt of an erasure, for whoever has its address; nobody needs an account for it. */
export const ReceiptPage = () => {
  const api = useApi()
  const { token } = useParams({ from: '/receipts/$token' })
  const query = useQuery({
    queryKey: ['receipt', token],
    queryFn: () => answer(api.GET('/api/v1/privacy/receipts/{token}', { params: { path: { token } } })),
    refetchInterval: ({ state }) => (state.data?.proof == null && state.data?.state !== 'cancelled' ? 5000 : false),
  })
  return (
    <main className="lone" id="main">
      <Page title="Receipt" about="Keep this address: it works without an account, and nobody can find it for you.">
        <KeepAddress />
        <ProblemNotice error={query.error} again={() => void query.refetch()} />
        {query.isPending && <PageLoading />}
        {query.data !== undefined && <Shown receipt={query.data} />}
      </Page>
    </main>
  )
}
