import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { TrainingApproval } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'

/** Ends an opt-in or an approval: as a member of the organisation, or as an officer for it. */
export const WithdrawDialog = ({
  approval: { id, organisationId },
  as,
  onClose,
}: {
  approval: TrainingApproval
  as: 'member' | 'officer'
  onClose: () => void
}) => {
  const api = useApi()
  const request = { params: { path: { organisationId, approvalId: id } }, body: {} }
  const withdraw = useAct(
    () =>
      answer(
        as === 'member'
          ? api.POST('/api/v1/organisations/{organisationId}/training/{approvalId}/withdraw', request)
          : api.POST('/api/v1/privacy/training/{organisationId}/{approvalId}/revoke', request),
      ),
    { changes: [['training']], onDone: onClose },
  )
  const place =
    as === 'member'
      ? `/api/v1/organisations/${organisationId}/training/${id}/withdraw`
      : `/api/v1/privacy/training/${organisationId}/${id}/revoke`
  return (
    <ActDialog
      onClose={onClose}
      title={as === 'member' ? 'Withdraw it' : 'End the approval'}
      act={as === 'member' ? 'Withdraw' : 'End it'}
      danger
      busy={withdraw.isPending}
      error={withdraw.error}
      cli={
        as === 'member'
          ? avowLine('training', 'withdraw', id, '--organisation', organisationId)
          : avowLine('training', 'revoke', organisationId, id)
      }
      call={{ method: 'POST', path: place, body: {} }}
      onSubmit={() => withdraw.mutate(undefined)}
    >
      <p>From the moment of the answer nothing is read by it any more. The record of it stays.</p>
    </ActDialog>
  )
}
