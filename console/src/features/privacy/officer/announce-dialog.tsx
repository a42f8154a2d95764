import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { useFields } from '../../../ui/use-fields.ts'
import { noticeKinds } from '../notice-words.ts'

const kinds = ['service', 'marketing', 'transfer'] as const

interface Fields {
  kind: (typeof kinds)[number]
  subject: string
  body: string
  sure: boolean
}

const nothing: Fields = { kind: 'service', subject: '', body: '', sure: false }
const rules = {
  subject: (subject: string) => (subject.trim() === '' ? 'Give it a subject.' : null),
  body: (body: string) => (body.trim() === '' ? 'Say what they should know.' : null),
  sure: (sure: boolean) => (sure ? null : 'Say that you are sure.'),
}

/** Tells every account something, by mail and in the console. */
export const AnnounceDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const form = useFields<Fields>(nothing, rules)
  const { kind, subject, body: text, sure } = form.values
  const body = { kind, subject: subject.trim(), body: text.trim() }
  const send = useAct(
    (input: typeof body, header) => answer(api.POST('/api/v1/privacy/notices', { params: { header }, body: input })),
    { changes: [['notices'], ['my-notices']], onDone: onClose },
  )
  const refused = fieldErrors(send.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Announce something"
      act={kind === 'marketing' ? 'Send it' : 'Send to every account'}
      wide
      busy={send.isPending}
      error={send.error}
      cli={avowLine('announce', body.subject || 'SUBJECT', '--kind', kind, '--text', body.body || 'TEXT', '--yes')}
      call={{ method: 'POST', path: '/api/v1/privacy/notices', body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <NativeSelect
        label="What it is"
        value={kind}
        onChange={(event) => form.set('kind', kinds.find((one) => one === event.currentTarget.value) ?? 'service')}
        data={kinds.map((value) => ({ value, label: noticeKinds[value] }))}
      />
      <TextInput label="Subject" maxLength={200} data-autofocus {...form.text('subject', refused)} />
      <Textarea
        label="Text"
        description="Plain text; links stay as they are"
        autosize
        minRows={4}
        maxRows={14}
        maxLength={20_000}
        {...form.text('body', refused)}
      />
      <Checkbox
        label={
          kind === 'marketing'
            ? 'Send it to everyone who agreed to news; it cannot be called back'
            : 'Send it to every account; it cannot be called back'
        }
        checked={sure}
        error={form.errors.sure}
        onChange={(event) => form.set('sure', event.currentTarget.checked)}
      />
    </ActDialog>
  )
}
