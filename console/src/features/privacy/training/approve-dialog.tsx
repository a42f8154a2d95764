import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { Notice } from '../../../ui/notice.tsx'
import { useFields } from '../../../ui/use-fields.ts'
import { ScopeFields } from './scope-fields.tsx'
import {
  noTrainingScope,
  type TrainingScope,
  trainingScopeBody,
  trainingScopeFlags,
  trainingScopeRules,
} from './training-scope.ts'

interface Approval extends TrainingScope {
  organisationId: string
  document: string
  signer: string
  signedOn: string
}

const needed = (value: string) => (value.trim() === '' ? 'Needed.' : null)
const rules = { ...trainingScopeRules, organisationId: needed, document: needed, signer: needed, signedOn: needed }
const nothing: Approval = { ...noTrainingScope, organisationId: '', document: '', signer: '', signedOn: '' }

const lineOf = (values: Approval) =>
  avowLine(
    'training',
    'approve',
    values.organisationId || 'ORGANISATION',
    '--document',
    values.document || 'DOCUMENT',
    '--signer',
    values.signer || 'SIGNER',
    '--signed-on',
    values.signedOn || 'DAY',
    ...trainingScopeFlags(values),
  )

/** Content that the policy lets be used to train at all. */
const useTrainable = () => {
  const api = useApi()
  return useQuery({
    queryKey: ['training', 'content'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/privacy/training', { params: { query: { limit: 1 } } }))).content,
  }).data
}

/** Writes down that an organisation approved training in a signed document. */
export const ApproveDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const form = useFields<Approval>(nothing, rules)
  const trainable = useTrainable()
  const { organisationId, document, signer, signedOn } = form.values
  const body = { ...trainingScopeBody(form.values), document: document.trim(), signer: signer.trim(), signedOn }
  const approve = useAct(
    (input: typeof body) =>
      answer(
        api.POST('/api/v1/privacy/training/{organisationId}', {
          params: { path: { organisationId: organisationId.trim() } },
          body: input,
        }),
      ),
    { changes: [['training']], onDone: onClose },
  )
  const refused = fieldErrors(approve.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Record a signed approval"
      act="Record approval"
      wide
      busy={approve.isPending}
      error={approve.error}
      cli={lineOf(form.values)}
      call={{ method: 'POST', path: `/api/v1/privacy/training/${organisationId || 'ORGANISATION'}`, body }}
      onSubmit={() => {
        if (form.check()) approve.mutate(body)
      }}
    >
      <p>The paper stays where you keep contracts. The organisation sees the record; staff do not see who signed.</p>
      {trainable?.length === 0 && (
        <Notice kind="info" title="The policy lets no content train">
          No approval can be recorded under it. Change <code>training</code> in the policy first.
        </Notice>
      )}
      <TextInput label="Organisation" description="Its id" data-autofocus {...form.text('organisationId', refused)} />
      <TextInput
        label="Document"
        description="Where the signed paper is, such as its number"
        maxLength={200}
        {...form.text('document', refused)}
      />
      <div className="two-fields">
        <TextInput label="Signed by" maxLength={200} {...form.text('signer', refused)} />
        <TextInput label="Signed on" type="date" {...form.text('signedOn', refused)} />
      </div>
      <ScopeFields form={form} categories={trainable ?? []} refused={refused}>
        <TextInput
          label="Project (optional)"
          description="Its id; empty: every project"
          {...form.text('projectId', refused)}
        />
      </ScopeFields>
    </ActDialog>
  )
}
