import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { MyRequestDetail } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { denialWords } from '../request-words.ts'

interface Props {
  requestId: string
  onClose: () => void
}

const changes = [['requests']] as const

const Words = ({
  label,
  value,
  error,
  onChange,
}: {
  label: string
  value: string
  error: string | undefined
  onChange: (text: string) => void
}) => (
  <Textarea
    label={label}
    description="The person reads it"
    autosize
    minRows={3}
    maxLength={2000}
    data-autofocus
    value={value}
    error={error}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

/** Answers a request, or grants an appeal. */
export const AnswerDialog = ({ requestId, onClose }: Props) => {
  const api = useApi()
  const [text, setText] = useState('')
  const params = { path: { requestId } }
  const body = { answer: text.trim() }
  const send = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/privacy/requests/{requestId}/complete', { params, body: input })),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Answer the request"
      act="Send the answer"
      busy={send.isPending}
      error={send.error}
      cli={avowLine('privacy', 'answer', requestId, '--answer', body.answer || 'ANSWER')}
      call={{ method: 'POST', path: `/api/v1/privacy/requests/${requestId}/complete`, body }}
      onSubmit={() => send.mutate(body)}
    >
      <Words label="Answer" value={text} error={fieldErrors(send.error)['answer']} onChange={setText} />
    </ActDialog>
  )
}

type Ground = NonNullable<MyRequestDetail['denialGround']>
const grounds = Object.keys(denialWords) as Ground[]

/** Refuses a request with a ground; the person is told how to appeal. */
export const DenyDialog = ({ requestId, onClose }: Props) => {
  const api = useApi()
  const [ground, setGround] = useState<Ground>('not-verified')
  const [text, setText] = useState('')
  const params = { path: { requestId } }
  const body = { ground, reason: text.trim() }
  const send = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/privacy/requests/{requestId}/deny', { params, body: input })),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Refuse the request"
      act="Refuse"
      danger
      busy={send.isPending}
      error={send.error}
      cli={avowLine('privacy', 'deny', requestId, '--ground', ground, '--reason', body.reason || 'REASON')}
      call={{ method: 'POST', path: `/api/v1/privacy/requests/${requestId}/deny`, body }}
      onSubmit={() => send.mutate(body)}
    >
      <p>The person is told, with your reason and the way to appeal. Somebody else decides on an appeal.</p>
      <NativeSelect
        label="Ground"
        value={ground}
        onChange={(event) => setGround(grounds.find((one) => one === event.currentTarget.value) ?? 'not-verified')}
        data={grounds.map((value) => ({ value, label: denialWords[value] }))}
      />
      <Words label="Reason" value={text} error={fieldErrors(send.error)['reason']} onChange={setText} />
    </ActDialog>
  )
}

/** Takes the longer time that the policy allows, once. */
export const ExtendDialog = ({ requestId, onClose }: Props) => {
  const api = useApi()
  const [text, setText] = useState('')
  const params = { path: { requestId } }
  const body = { reason: text.trim() }
  const send = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/privacy/requests/{requestId}/extend', { params, body: input })),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Take longer"
      act="Take longer"
      busy={send.isPending}
      error={send.error}
      cli={avowLine('privacy', 'extend', requestId, '--reason', body.reason || 'REASON')}
      call={{ method: 'POST', path: `/api/v1/privacy/requests/${requestId}/extend`, body }}
      onSubmit={() => send.mutate(body)}
    >
      <p>The policy allows it once, and only with a reason, which the person reads.</p>
      <Words label="Reason" value={text} error={fieldErrors(send.error)['reason']} onChange={setText} />
    </ActDialog>
  )
}
