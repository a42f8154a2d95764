import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Keeping } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { period as periodText } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { PromisedPeriod } from '../privacy/promised-period.tsx'

const periodOf = ({ period, periodMax }: Keeping): string => {
  const text = period ?? periodMax
  return text === null ? 'as long as the policy lets them' : periodText(text)
}

const KeepingDialog = ({
  projectId,
  keeping,
  keep,
  onClose,
}: {
  projectId: string
  keeping: Keeping
  keep: boolean
  onClose: () => void
}) => {
  const api = useApi()
  const [days, setDays] = useState('')
  const period = keep && days !== '' ? `P${days}D` : null
  const body = { keep, period }
  const params = { path: { projectId } }
  const save = useAct(
    (input: typeof body) => answer(api.PATCH('/api/v1/projects/{projectId}/body-keeping', { params, body: input })),
    { changes: [['body-keeping', projectId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={keep ? 'Keep bodies of calls' : 'Keep no more bodies'}
      act={keep ? 'Keep bodies' : 'Keep no more'}
      busy={save.isPending}
      error={save.error}
      cli={avowLine(
        ...['body', keep ? 'keep' : 'stop', period !== null && '--for', period],
        ...['--project', projectId],
      )}
      call={{ method: 'PATCH', path: `/api/v1/projects/${projectId}/body-keeping`, body }}
      onSubmit={() => save.mutate(body)}
    >
      {keep ? (
        <>
          <p>
            What this project’s programs ask, and what they are answered, is then stored for your own debugging: sealed,
            found by metadata only, and read by this project’s owners, admins and members and, of responses, by its
            keys. A request that says <code>"store": false</code> is never stored.
          </p>
          <TextInput
            label="Days"
            description={`Nothing: as long as is allowed, ${periodOf({ ...keeping, period: null })}. A shorter time holds for what is kept already, too.`}
            inputMode="numeric"
            data-autofocus
            value={days}
            error={fieldErrors(save.error)['body.period']}
            onChange={(event) => setDays(event.currentTarget.value.replace(/\D/g, '').slice(0, 4))}
          />
        </>
      ) : (
        <p>Nothing of the next call is kept. What is kept stays until its time is over, or until you delete it.</p>
      )}
    </ActDialog>
  )
}

/** Whether the project keeps bodies, who said so and when, and the buttons that change it. */
export const KeepingSection = ({ projectId, keeping }: { projectId: string; keeping: Keeping }) => {
  const [wanted, setWanted] = useState<boolean | null>(null)
  const mayChange = useRole('owner', 'admin')
  const { keep, changedAt, changedBy, refusal } = keeping
  return (
    <Section title="What is kept" about="Bodies of calls are kept only where the project wants it.">
      <p>
        {keep ? (
          <>
            Bodies are kept for <PromisedPeriod retentionClass="inference.body">{periodOf(keeping)}</PromisedPeriod>.
          </>
        ) : (
          'No bodies are kept.'
        )}{' '}
        {changedAt !== null && (
          <span className="soft">
            Said <When at={changedAt} /> by {changedBy ?? 'somebody who was erased'}.
          </span>
        )}
      </p>
      {refusal !== null && <p className="soft">{refusal}</p>}
      {mayChange && refusal === null && (
        <div className="row-actions">
          <Button variant="default" onClick={() => setWanted(true)}>
            {keep ? 'Change for how long' : 'Keep bodies'}
          </Button>
          {keep && (
            <Button variant="default" onClick={() => setWanted(false)}>
              Keep no more
            </Button>
          )}
        </div>
      )}
      {wanted !== null && (
        <KeepingDialog projectId={projectId} keeping={keeping} keep={wanted} onClose={() => setWanted(null)} />
      )}
    </Section>
  )
}
