import { Checkbox, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { useMe } from '../../../app/use-scope.ts'
import type { AskedErasure, ErasurePreview } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { period } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { PageLoading } from '../../../ui/page.tsx'
import { useFields } from '../../../ui/use-fields.ts'
import { ErasePreview } from './erase-preview.tsx'

const delaysOf = (usual: string) => [
  { value: '', label: `In ${period(usual)}` },
  ...[
    { value: 'P1D', label: 'In 1 day' },
    { value: 'P7D', label: 'In 7 days' },
  ].filter(({ value }) => value !== usual),
  { value: 'PT0S', label: 'At once: it cannot be cancelled then' },
]

interface Fields {
  /** Empty: the policy’s own. */
  delay: string
  password: string
  code: string
  sure: boolean
  closing: string[]
}

const bodyOf = (fields: Fields, confirmation: string, withCode: boolean) => ({
  password: fields.password,
  confirmation,
  ...(fields.delay === '' ? {} : { delay: fields.delay }),
  ...(fields.closing.length === 0 ? {} : { closeOrganisations: fields.closing }),
  ...(withCode ? { code: fields.code.trim() } : {}),
})

interface Props {
  onClose: () => void
  onAsked: (asked: AskedErasure) => void
}

const nothing: Fields = { delay: '', password: '', code: '', sure: false, closing: [] }
const rules = { sure: (sure: boolean) => (sure ? null : 'Say that you are sure.') }

const Form = ({ preview, onClose, onAsked }: Props & { preview: ErasurePreview }) => {
  const api = useApi()
  const me = useMe()
  const form = useFields<Fields>(nothing, rules)
  const { delay, sure, closing } = form.values
  const body = bodyOf(form.values, preview.confirmation, me.secondFactor)
  const ask = useAct((input: typeof body) => answer(api.POST('/api/v1/me/erasure', { body: input })), {
    changes: [['my-requests']],
    onDone: onAsked,
  })
  const shown = { ...body, password: 'YOUR PASSWORD', ...(me.secondFactor ? { code: '000000' } : {}) }
  return (
    <ActDialog
      onClose={onClose}
      title="Erase everything about you"
      act="Ask for erasure"
      danger
      wide
      busy={ask.isPending}
      error={ask.error}
      cli={avowLine(
        'privacy',
        'erase',
        '--me',
        ...(delay === '' ? [] : ['--delay', delay]),
        ...closing.flatMap((id) => ['--close-organisation', id]),
      )}
      call={{ method: 'POST', path: '/api/v1/me/erasure', body: shown }}
      onSubmit={() => {
        if (form.check()) ask.mutate(body)
      }}
    >
      <ErasePreview preview={preview} closing={closing} onClosing={(ids) => form.set('closing', ids)} />
      <NativeSelect
        label="It begins"
        description="Until then you can cancel it"
        value={delay}
        error={fieldErrors(ask.error)['delay']}
        onChange={(event) => form.set('delay', event.currentTarget.value)}
        data={delaysOf(preview.delay)}
      />
      {/* For password managers: whose password this is. */}
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label="Your password"
        description="To make sure that it is you"
        autoComplete="current-password"
        {...form.text('password')}
      />
      {me.secondFactor && (
        <TextInput
          label="Code"
          description="Six digits of the authenticator app, or a backup code"
          autoComplete="one-time-code"
          {...form.text('code')}
        />
      )}
      <Checkbox
        label={`Erase ${me.email} and all that is held about me`}
        checked={sure}
        error={form.errors.sure}
        onChange={(event) => form.set('sure', event.currentTarget.checked)}
      />
    </ActDialog>
  )
}

/** Asks for the erasure of the person who is signed in: what goes, what stays, when, and who they are. */
export const EraseDialog = (props: Props) => {
  const api = useApi()
  // What is confirmed must be what was shown: the preview is read again each time, and never in the background.
  const preview = useQuery({
    queryKey: ['erasure-preview'],
    queryFn: () => answer(api.GET('/api/v1/me/erasure/preview')),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (preview.data !== undefined) return <Form preview={preview.data} {...props} />
  return (
    <Dialog title="Erase everything about you" onClose={props.onClose} shape="wide">
      <ProblemNotice error={preview.error} again={() => void preview.refetch()} />
      {preview.isPending && <PageLoading />}
    </Dialog>
  )
}
