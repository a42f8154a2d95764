import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { ContactMessage } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { useFields } from '../../../ui/use-fields.ts'

interface Props {
  readonly message: ContactMessage
  readonly onClose: () => void
}

const changes = [['messages']] as const
const paramsOf = ({ id }: ContactMessage) => ({ path: { messageId: id } })

/** The answer goes to the writer by mail, and the message waits no more. */
export const AnswerDialog = ({ message, onClose }: Props) => {
  const api = useApi()
  const form = useFields({ text: '' }, { text: (said) => (said.trim().length < 3 ? 'Say the answer.' : null) })
  const body = { text: form.values.text.trim() }
  const send = useAct(
    (input: typeof body) =>
      answer(api.POST('/api/v1/privacy/messages/{messageId}/answer', { params: paramsOf(message), body: input })),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Answer ${message.email}`}
      act="Send answer"
      wide
      busy={send.isPending}
      error={send.error}
      cli={avowLine('contact', 'answer', message.id, '--text', body.text || 'TEXT')}
      call={{ method: 'POST', path: `/api/v1/privacy/messages/${message.id}/answer`, body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <p className="as-written small">{message.text}</p>
      <Textarea
        label="Answer"
        autosize
        minRows={5}
        maxLength={10_000}
        data-autofocus
        {...form.text('text', fieldErrors(send.error))}
      />
    </ActDialog>
  )
}

const reasons = [
  { value: 'spam', label: 'It is spam' },
  { value: 'answered-elsewhere', label: 'It was answered elsewhere' },
] as const

/** Nothing is sent to the writer. */
export const CloseDialog = ({ message, onClose }: Props) => {
  const api = useApi()
  const [reason, setReason] = useState<(typeof reasons)[number]['value']>('spam')
  const close = useAct(
    (input: { reason: typeof reason }) =>
      answer(api.POST('/api/v1/privacy/messages/{messageId}/close', { params: paramsOf(message), body: input })),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Close without an answer"
      act="Close message"
      busy={close.isPending}
      error={close.error}
      cli={avowLine('contact', 'close', message.id, '--reason', reason)}
      call={{ method: 'POST', path: `/api/v1/privacy/messages/${message.id}/close`, body: { reason } }}
      onSubmit={() => close.mutate({ reason })}
    >
      <NativeSelect
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value === 'spam' ? 'spam' : 'answered-elsewhere')}
        data={[...reasons]}
      />
    </ActDialog>
  )
}
