import { NativeSelect } from '@mantine/core'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { useScope } from '../../../app/use-scope.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { useFields } from '../../../ui/use-fields.ts'
import { ScopeFields } from '../training/scope-fields.tsx'
import {
  noTrainingScope,
  type TrainingScope,
  trainingScopeBody,
  trainingScopeFlags,
  trainingScopeRules,
} from '../training/training-scope.ts'

/** An owner lets content of the organisation train models. */
export const OptInDialog = ({
  organisationId,
  categories,
  onClose,
}: {
  organisationId: string
  categories: readonly string[]
  onClose: () => void
}) => {
  const api = useApi()
  const { projects } = useScope()
  const form = useFields<TrainingScope>(noTrainingScope, trainingScopeRules)
  const body = trainingScopeBody(form.values)
  const params = { path: { organisationId } }
  const optIn = useAct(
    (input: typeof body) =>
      answer(api.POST('/api/v1/organisations/{organisationId}/training', { params, body: input })),
    { changes: [['training']], onDone: onClose },
  )
  const refused = fieldErrors(optIn.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Let content train models"
      act="Opt in"
      wide
      busy={optIn.isPending}
      error={optIn.error}
      cli={avowLine(
        'training',
        'opt-in',
        ...trainingScopeFlags(form.values),
        '--yes',
        '--organisation',
        organisationId,
      )}
      call={{ method: 'POST', path: `/api/v1/organisations/${organisationId}/training`, body }}
      onSubmit={() => {
        if (form.check()) optIn.mutate(body)
      }}
    >
      <p>
        What you choose may be used to train models from then on. You can withdraw at any time: from that moment nothing
        is read by it any more. Content of people who objected is left out.
      </p>
      <ScopeFields form={form} categories={categories} refused={refused}>
        <NativeSelect
          label="Project"
          description="All of them, or only one"
          value={form.values.projectId}
          error={refused['projectId']}
          onChange={(event) => form.set('projectId', event.currentTarget.value)}
          data={[
            { value: '', label: 'Every project' },
            ...projects.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </ScopeFields>
    </ActDialog>
  )
}
