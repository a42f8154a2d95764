import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
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

interface StepProps<Body extends object> extends Props {
  step: AuthorityStep
  title: string
  act: string
  wide?: boolean
  danger?: boolean
  /** Words of the CLI line after the request's id. */
  words: (string | false)[]
  body: Body
  post: (body: Body) => Promise<unknown>
  check?: () => boolean
  children: (errors: Record<string, string>) => ReactNode
}

/** The frame of every step: what is sent, by the button or as a script. */
const Step = <Body extends object>({ request, onClose, step, words, body, post, check, ...rest }: StepProps<Body>) => {
  const send = useAct(post, { changes, onDone: onClose })
  const { title, act, wide = false, danger = false, children } = rest
  return (
    <ActDialog
      onClose={onClose}
      title={title}
      act={act}
      wide={wide}
      danger={danger}
      busy={send.isPending}
      error={send.error}
      cli={avowLine('disclosure', step, request.id, ...words)}
      call={{ method: 'POST', path: pathOf(request, step), body }}
      onSubmit={() => {
        if (check?.() ?? true) send.mutate(body)
      }}
    >
      {children(fieldErrors(send.error))}
    </ActDialog>
  )
}

const wordsOf = (categories: readonly string[]): string[] => categories.flatMap((one) => ['--category', one])

const PrepareDialog = (props: Props) => {
  const { request } = props
  const api = useApi()
  const form = useFields(
    { categories: [...(request.proposed ?? [])], note: request.preparedNote ?? '' },
    { note: enough('Say why this and no more.') },
  )
  const { categories } = form.values
  const body = { categories, note: form.values.note.trim() }
  return (
    <Step
      {...props}
      step="prepare"
      title="Prepare the answer"
      act="Propose this"
      wide
      words={[...wordsOf(categories), '--note', body.note || 'NOTE']}
      body={body}
      post={(input) =>
        answer(
          api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/prepare', {
            params: paramsOf(request),
            body: input,
          }),
        )
      }
      check={form.check}
    >
      {(errors) => (
        <>
          <p>What law demands, and no more. Somebody else reviews it.</p>
          <CategoryChoice
            label="Hand out"
            categories={request.asked}
            chosen={categories}
            error={errors['categories']}
            onChange={(chosen) => form.set('categories', chosen)}
          />
          <Textarea label="Why this and no more" autosize minRows={3} maxLength={2000} {...form.text('note')} />
        </>
      )}
    </Step>
  )
}

const decisions = ['approved', 'narrowed', 'refused'] as const

const ReviewDialog = (props: Props) => {
  const { request } = props
  const api = useApi()
  const form = useFields<{ decision: (typeof decisions)[number]; categories: string[]; reason: string }>(
    { decision: 'approved', categories: [...(request.proposed ?? [])], reason: '' },
    { reason: enough('Say why.') },
  )
  const { decision, categories } = form.values
  const narrowed = decision === 'narrowed'
  const body = { decision, reason: form.values.reason.trim(), ...(narrowed ? { categories } : {}) }
  return (
    <Step
      {...props}
      step="review"
      title="Review what somebody else prepared"
      act="Decide"
      wide
      danger={decision !== 'refused'}
      words={[decision, ...(narrowed ? wordsOf(categories) : []), '--reason', body.reason || 'REASON']}
      body={body}
      post={(input) =>
        answer(
          api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/review', {
            params: paramsOf(request),
            body: input,
          }),
        )
      }
      check={form.check}
    >
      {(errors) => (
        <>
          <p>Proposed: {request.proposed?.join(', ')}</p>
          <NativeSelect
            label="Decision"
            value={decision}
            onChange={(event) =>
              form.set('decision', decisions.find((one) => one === event.currentTarget.value) ?? 'refused')
            }
            data={[...decisions]}
          />
          {narrowed && (
            <CategoryChoice
              label="What stays of it"
              categories={request.proposed ?? []}
              chosen={categories}
              error={errors['categories']}
              onChange={(chosen) => form.set('categories', chosen)}
            />
          )}
          <Textarea label="Why" autosize minRows={3} maxLength={2000} {...form.text('reason')} />
        </>
      )}
    </Step>
  )
}

const grounds = ['forbidden-by-law', 'danger-to-life', 'danger-to-investigation', 'unreachable'] as const

const SilenceDialog = (props: Props) => {
  const { request } = props
  const api = useApi()
  const form = useFields<{ ground: (typeof grounds)[number]; reason: string; reviewOn: string }>(
    { ground: 'forbidden-by-law', reason: '', reviewOn: '' },
    { reason: enough('Say why.'), reviewOn: (day) => (day === '' ? 'Say when to look at it again.' : null) },
  )
  const { ground, reviewOn } = form.values
  const body = { ground, reason: form.values.reason.trim(), reviewAt: `${reviewOn || '2099-12-31'}T09:00:00.000Z` }
  return (
    <Step
      {...props}
      step="silence"
      title="Stay silent for now"
      act="Record the ground"
      words={[ground, '--reason', body.reason || 'REASON', '--review', body.reviewAt]}
      body={body}
      post={(input) =>
        answer(
          api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/silence', {
            params: paramsOf(request),
            body: input,
          }),
        )
      }
      check={form.check}
    >
      {(errors) => (
        <>
          <NativeSelect
            label="Ground"
            value={ground}
            onChange={(event) =>
              form.set('ground', grounds.find((one) => one === event.currentTarget.value) ?? 'forbidden-by-law')
            }
            data={grounds.map((value) => ({ value, label: value.replaceAll('-', ' ') }))}
          />
          <Textarea label="Why" autosize minRows={3} maxLength={2000} {...form.text('reason')} />
          <TextInput label="Look at it again on" type="date" {...form.text('reviewOn', errors)} />
        </>
      )}
    </Step>
  )
}

/** A step that needs a yes and nothing else. */
const PlainDialog = ({ step, ...props }: Props & { step: 'tell' | 'close' | 'hand-out' }) => {
  const api = useApi()
  const params = paramsOf(props.request)
  const post = async (body: Record<string, never>) => {
    if (step === 'tell')
      return answer(api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/tell', { params, body }))
    if (step === 'close')
      return answer(api.POST('/api/v1/privacy/authority-requests/{authorityRequestId}/close', { params, body }))
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/hand-out'
    const made = await answer(api.POST(path, { params, body }))
    if (made.archive === null) return
    const content = Uint8Array.from(atob(made.archive), (char) => char.charCodeAt(0))
    saveFile(made.fileName, content, 'application/gzip')
  }
  const { title, act, says } = plain[step]
  return (
    <Step
      {...props}
      step={step}
      title={title}
      act={act}
      danger={step === 'hand-out'}
      words={[step === 'hand-out' && '--yes']}
      body={{}}
      post={post}
    >
      {() => <p>{says}</p>}
    </Step>
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
