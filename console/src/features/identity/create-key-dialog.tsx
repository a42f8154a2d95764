import { useParams } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { KeyWithSecret } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { KeyFormFields } from './key-fields.tsx'
import { emptyKeyFields, keyBodyOf, keyRules } from './key-form.ts'
import { createKeyLine } from './key-lines.ts'

type Body = ReturnType<typeof keyBodyOf>

interface Props {
  onClose: () => void
  onCreated: (key: KeyWithSecret) => void
}

/** Makes an API key. */
export const CreateKeyDialog = ({ onClose, onCreated }: Props) => {
  const api = useApi()
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/keys' })
  const form = useFields(emptyKeyFields, keyRules)
  const create = useAct(
    (body: Body, header) =>
      answer(api.POST('/api/v1/projects/{projectId}/keys', { params: { path: { projectId }, header }, body })),
    {
      changes: [['keys', projectId]],
      onDone: onCreated,
    },
  )
  const body = keyBodyOf(form.values)
  return (
    <ActDialog
      onClose={onClose}
      title="Create an API key"
      act="Create key"
      busy={create.isPending}
      error={create.error}
      cli={createKeyLine(body, projectId)}
      call={{ method: 'POST', path: `/api/v1/projects/${projectId}/keys`, body }}
      onSubmit={() => {
        if (form.check()) create.mutate(body)
      }}
    >
      <KeyFormFields form={form} />
    </ActDialog>
  )
}
