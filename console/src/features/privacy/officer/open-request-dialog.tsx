import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { useFields } from '../../../ui/use-fields.ts'
import { requestWords, verifiedWords } from '../request-words.ts'

const kinds = ['erasure', 'access', 'rectification'] as const
const ways = ['in-person', 'call-back', 'identity-document', 'power-of-attorney'] as const

interface Fields {
  person: string
  kind: (typeof kinds)[number]
  verified: (typeof ways)[number]
  details: string
}

const nobody: Fields = { person: '', kind: 'access', verified: 'call-back', details: '' }
const rules = {
  person: (person: string) => (person.trim() === '' ? 'Say who asks.' : null),
  details: (details: string) => (details.trim().length < 3 ? 'Say what they want, and where it can be found.' : null),
}

/** Opens a request for somebody who asked by letter, mail or telephone. */
export const OpenRequestDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const navigate = useNavigate()
  const form = useFields<Fields>(nobody, rules)
  const { person, kind, verified, details } = form.values
  const body = { person: person.trim(), kind, verified, details: details.trim() }
  const send = useAct(
    (input: typeof body, header) => answer(api.POST('/api/v1/privacy/requests', { params: { header }, body: input })),
    {
      changes: [['requests']],
      onDone: ({ id }) => void navigate({ to: '/privacy/requests/$requestId', params: { requestId: id } }),
    },
  )
  const refused = fieldErrors(send.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Open a request for a person"
      act="Open request"
      wide
      busy={send.isPending}
      error={send.error}
      cli={avowLine(
        'privacy',
        'open',
        body.person || 'EMAIL',
        '--kind',
        kind,
        '--verified',
        verified,
        '--details',
        body.details || 'DETAILS',
      )}
      call={{ method: 'POST', path: '/api/v1/privacy/requests', body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <p>For those who ask by letter, mail or telephone. They are told by mail, and can cancel an erasure.</p>
      <TextInput label="Email address or id" data-autofocus {...form.text('person', refused)} />
      <div className="two-fields">
        <NativeSelect
          label="They ask for"
          value={kind}
          onChange={(event) => form.set('kind', kinds.find((one) => one === event.currentTarget.value) ?? 'access')}
          data={kinds.map((value) => ({ value, label: requestWords[value] }))}
        />
        <NativeSelect
          label="How you made sure who asks"
          value={verified}
          onChange={(event) =>
            form.set('verified', ways.find((one) => one === event.currentTarget.value) ?? 'call-back')
          }
          data={ways.map((value) => ({ value, label: verifiedWords[value] }))}
        />
      </div>
      <Textarea
        label="What they want"
        description="And where it can be found, such as the date of a letter"
        autosize
        minRows={3}
        maxLength={2000}
        {...form.text('details', refused)}
      />
    </ActDialog>
  )
}
