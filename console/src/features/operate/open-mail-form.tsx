import { Button, TextInput } from '@mantine/core'
import type { FormEvent } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Mail } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { useFields } from '../../ui/use-fields.ts'

interface Grounds {
  reason: string
  ticket: string
  country: string
}

const said = (what: string) => (value: string) => (value.trim() === '' ? what : null)

/** Asks why somebody else's mail is read, before it is. They can see the answer. */
export const OpenMailForm = ({ mail }: { mail: Mail }) => {
  const api = useApi()
  const fields = useFields<Grounds>(
    { reason: '', ticket: '', country: '' },
    { reason: said('Say why you read it.'), ticket: said('Name the case, such as its number.') },
  )
  const country = fields.values.country.trim().toUpperCase()
  const body = {
    reason: fields.values.reason.trim(),
    ticket: fields.values.ticket.trim(),
    ...(country === '' ? {} : { country }),
  }
  const open = useAct(
    () => answer(api.POST('/api/v1/operate/outbox/{mailId}/open', { params: { path: { mailId: mail.id } }, body })),
    { changes: [['outbox']] },
  )
  const refused = fieldErrors(open.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fields.check()) open.mutate(undefined)
  }
  return (
    <form className="stack form-narrow" onSubmit={submit} noValidate>
      <p className="soft">
        This mail is somebody else’s, so it is closed. Say why you read it: they can see your reason, your role and what
        you looked at. Their mail is open to you for an hour then.
      </p>
      <TextInput label="Reason" required {...fields.text('reason', refused)} />
      <TextInput label="Ticket" description="The case that asks for it" required {...fields.text('ticket', refused)} />
      <TextInput
        label="Country"
        description="Where you are, such as DE. Needed where the policy keeps data within borders."
        {...fields.text('country', refused)}
      />
      <ProblemNotice error={open.error} />
      <div>
        <Button type="submit" variant="default" loading={open.isPending}>
          Open their mail
        </Button>
      </div>
      <SameAct
        cli={avowLine(
          'outbox',
          'show',
          mail.id,
          '--reason',
          body.reason || '…',
          '--ticket',
          body.ticket || '…',
          ...(country === '' ? [] : ['--country', country]),
        )}
        call={{ method: 'POST', path: `/api/v1/operate/outbox/${mail.id}/open`, body }}
      />
    </form>
  )
}
