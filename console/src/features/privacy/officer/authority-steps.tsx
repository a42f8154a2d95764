import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { AuthorityRequest } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { saveFile } from '../../../ui/save-file.ts'
import { useFields } from '../../../ui/use-fields.ts'
import { CategoryChoice } from './category-choice.tsx'

export type AuthorityStep = 'prepare' | 'review' | 'tell' | 'silence' | 'hand-out' | 'close'

interface Props {
  request: AuthorityRequest
  onClose: () => void
}

const changes = [['authorities']] as const
const pathOf = (request: AuthorityRequest, end: string) => `/api/v1/privacy/authority-requests/${request.id}/${end}`
const paramsOf = (request: AuthorityRequest) => ({ path: { authorityRequestId: request.id } })
const enough = (says: string) => (text: string) => (text.trim().length < 3 ? says : null)

const PrepareDialog = ({ request, onClose }: Props) => {
  const api = useApi()
  const form = useFields(
    { categories: [...(request.proposed ?? [])], note: request.preparedNote ?? '' },
    { note: enough('Say why this and no more.') },
  )
  const { categories } = form.values
  const body = { categories, note: form.values.note.trim() }
  const send = useAct(
    (input: typeof body) =>
      answer(
        api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/prepare', {
          params: paramsOf(request),
          body: input,
        }),
      ),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Prepare the answer"
      act="Propose this"
      wide
      busy={send.isPending}
      error={send.error}
      cli={avowLine(
        'disclosure',
        'prepare',
        request.id,
        ...categories.flatMap((category) => ['--category', category]),
        '--note',
        body.note || 'NOTE',
      )}
      call={{ method: 'POST', path: pathOf(request, 'prepare'), body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <p>What law demands, and no more. Somebody else reviews it.</p>
      <CategoryChoice
        label="Hand out"
        categories={request.asked}
        chosen={categories}
        error={fieldErrors(send.error)['categories']}
        onChange={(chosen) => form.set('categories', chosen)}
      />
      <Textarea label="Why this and no more" autosize minRows={3} maxLength={2000} {...form.text('note')} />
    </ActDialog>
  )
}

const decisions = ['approved', 'narrowed', 'refused'] as const

const ReviewDialog = ({ request, onClose }: Props) => {
  const api = useApi()
  const form = useFields<{ decision: (typeof decisions)[number]; categories: string[]; reason: string }>(
    { decision: 'approved', categories: [...(request.proposed ?? [])], reason: '' },
    { reason: enough('Say why.') },
  )
  const { decision, categories } = form.values
  const body = {
    decision,
    reason: form.values.reason.trim(),
    ...(decision === 'narrowed' ? { categories } : {}),
  }
  const send = useAct(
    (input: typeof body) =>
      answer(
        api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/review', {
          params: paramsOf(request),
          body: input,
        }),
      ),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Review what somebody else prepared"
      act="Decide"
      wide
      danger={decision !== 'refused'}
      busy={send.isPending}
      error={send.error}
      cli={avowLine(
        'disclosure',
        'review',
        request.id,
        decision,
        ...(decision === 'narrowed' ? categories.flatMap((category) => ['--category', category]) : []),
        '--reason',
        body.reason || 'REASON',
      )}
      call={{ method: 'POST', path: pathOf(request, 'review'), body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <p>Proposed: {request.proposed?.join(', ')}</p>
      <NativeSelect
        label="Decision"
        value={decision}
        onChange={(event) =>
          form.set('decision', decisions.find((one) => one === event.currentTarget.value) ?? 'refused')
        }
        data={[...decisions]}
      />
      {decision === 'narrowed' && (
        <CategoryChoice
          label="What stays of it"
          categories={request.proposed ?? []}
          chosen={categories}
          error={fieldErrors(send.error)['categories']}
          onChange={(chosen) => form.set('categories', chosen)}
        />
      )}
      <Textarea label="Why" autosize minRows={3} maxLength={2000} {...form.text('reason')} />
    </ActDialog>
  )
}

const grounds = ['forbidden-by-law', 'danger-to-life', 'danger-to-investigation', 'unreachable'] as const

const SilenceDialog = ({ request, onClose }: Props) => {
  const api = useApi()
  const form = useFields<{ ground: (typeof grounds)[number]; reason: string; reviewOn: string }>(
    { ground: 'forbidden-by-law', reason: '', reviewOn: '' },
    { reason: enough('Say why.'), reviewOn: (day) => (day === '' ? 'Say when to look at it again.' : null) },
  )
  const { ground, reviewOn } = form.values
  const body = {
    ground,
    reason: form.values.reason.trim(),
    reviewAt: `${reviewOn || '2099-12-31'}T09:00:00.000Z`,
  }
  const send = useAct(
    (input: typeof body) =>
      answer(
        api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/silence', {
          params: paramsOf(request),
          body: input,
        }),
      ),
    { changes, onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Stay silent for now"
      act="Record the ground"
      busy={send.isPending}
      error={send.error}
      cli={avowLine(
        'disclosure',
        'silence',
        request.id,
        ground,
        '--reason',
        body.reason || 'REASON',
        '--review',
        body.reviewAt,
      )}
      call={{ method: 'POST', path: pathOf(request, 'silence'), body }}
      onSubmit={() => {
        if (form.check()) send.mutate(body)
      }}
    >
      <NativeSelect
        label="Ground"
        value={ground}
        onChange={(event) =>
          form.set('ground', grounds.find((one) => one === event.currentTarget.value) ?? 'forbidden-by-law')
        }
        data={grounds.map((value) => ({ value, label: value.replaceAll('-', ' ') }))}
      />
      <Textarea label="Why" autosize minRows={3} maxLength={2000} {...form.text('reason')} />
      <TextInput label="Look at it again on" type="date" {...form.text('reviewOn', fieldErrors(send.error))} />
    </ActDialog>
  )
}

/** A step that needs a yes and nothing else. */
const PlainDialog = ({ request, step, onClose }: Props & { step: 'tell' | 'close' | 'hand-out' }) => {
  const api = useApi()
  const params = paramsOf(request)
  const send = useAct(
    async () => {
      if (step === 'tell')
        await answer(api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/tell', { params, body: {} }))
      else if (step === 'close')
        await answer(api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/close', { params, body: {} }))
      else {
        const made = await answer(
          api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/hand-out', { params, body: {} }),
        )
        if (made.archive !== null)
          saveFile(
            made.fileName,
            Uint8Array.from(atob(made.archive), (char) => char.charCodeAt(0)),
            'application/gzip',
          )
      }
    },
    { changes, onDone: onClose },
  )
  const { title, act, says } = plain[step]
  return (
    <ActDialog
      onClose={onClose}
      title={title}
      act={act}
      danger={step === 'hand-out'}
      busy={send.isPending}
      error={send.error}
      cli={avowLine('disclosure', step, request.id, step === 'hand-out' && '--yes')}
      call={{ method: 'POST', path: pathOf(request, step), body: {} }}
      onSubmit={() => send.mutate(undefined)}
    >
      <p>{says}</p>
    </ActDialog>
  )
}

const plain = {
  tell: { title: 'Tell the customer', act: 'Tell them', says: 'By mail, and in their data.' },
  close: { title: 'Close the request', act: 'Close it', says: 'It stays on record as it is.' },
  'hand-out': {
    title: 'Hand out what was approved',
    act: 'Make the package',
    says: 'The package is made once, downloaded here, and not stored. Its hash stays on record.',
  },
} as const

/** The dialog of one step. */
export const StepDialog = ({ step, ...props }: Props & { step: AuthorityStep }) => {
  if (step === 'prepare') return <PrepareDialog {...props} />
  if (step === 'review') return <ReviewDialog {...props} />
  if (step === 'silence') return <SilenceDialog {...props} />
  return <PlainDialog step={step} {...props} />
}
