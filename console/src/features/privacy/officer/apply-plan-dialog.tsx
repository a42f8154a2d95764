import { Button, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { PlanSettings } from './plan-settings.tsx'

/** Puts a deployment plan in force for an organisation; first shows what it sets and what it may not. */
export const ApplyPlanDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const [organisationId, setOrganisationId] = useState('')
  const [source, setSource] = useState('')
  const lint = useAct((body: { source: string }) => answer(api.POST('/api/v1/privacy/plans/lint', { body })))
  const apply = useAct(
    (body: { source: string }) =>
      answer(api.POST('/api/v1/privacy/plans/{organisationId}', { params: { path: { organisationId } }, body })),
    { changes: [['plans']], onDone: onClose },
  )
  const refused = fieldErrors(apply.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Apply a deployment plan"
      act="Apply plan"
      wide
      busy={apply.isPending}
      error={apply.error}
      cli={avowLine('plan', 'apply', 'plan.yaml', organisationId || 'ORGANISATION', '--yes')}
      call={{
        method: 'POST',
        path: `/api/v1/privacy/plans/${organisationId || 'ORGANISATION'}`,
        body: { source: 'THE FILE' },
      }}
      onSubmit={() => apply.mutate({ source })}
    >
      <TextInput
        label="Organisation"
        description="Its id"
        data-autofocus
        value={organisationId}
        error={refused['organisationId']}
        onChange={(event) => setOrganisationId(event.currentTarget.value.trim())}
      />
      <Textarea
        label="Plan"
        description="YAML; it takes the place of the plan before"
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={source}
        error={refused['source']}
        onChange={(event) => setSource(event.currentTarget.value)}
      />
      <div>
        <Button
          variant="default"
          size="xs"
          loading={lint.isPending}
          disabled={source.trim() === ''}
          onClick={() => lint.mutate({ source })}
        >
          Look at it first
        </Button>
      </div>
      <ProblemNotice error={lint.error} />
      {lint.data !== undefined && (
        <>
          {lint.data.findings.length === 0 ? (
            <Notice kind="good" title={`${lint.data.plan ?? 'The plan'} may be applied`} />
          ) : (
            <Notice
              kind={lint.data.findings.some(({ severity }) => severity === 'error') ? 'bad' : 'info'}
              title="Found in the plan"
            >
              <ul className="stays">
                {lint.data.findings.map(({ line, column, message, hint }) => (
                  <li key={`${line} ${column} ${message}`}>
                    Line {line}: {message} {hint}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          {lint.data.settings.length > 0 && <PlanSettings settings={lint.data.settings} />}
        </>
      )}
    </ActDialog>
  )
}
