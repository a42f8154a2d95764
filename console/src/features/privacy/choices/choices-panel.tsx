import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import type { Choices } from '../../../app/views.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { PageLoading } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'
import { actFor, type ChoiceAct, type Whose } from './choice-acts.ts'
import { ChoiceDialog } from './choice-dialog.tsx'

type Purpose = Choices['purposes'][number]

const words: Record<ChoiceAct['kind'], string> = {
  restrict: 'Restrict its use',
  unrestrict: 'Lift the restriction',
  limit: 'Limit sensitive data',
  unlimit: 'Lift the limit',
  object: 'Object',
  unobject: 'Take it back',
  give: 'Agree',
  withdraw: 'Withdraw',
}

const columns: readonly Column<Purpose>[] = [
  {
    name: 'Purpose',
    show: ({ label, basis }) => (
      <div className="stack-tight">
        <span className="row-name">{label}</span>
        <span className="small soft">{basis.replaceAll('-', ' ')}</span>
      </div>
    ),
  },
  { name: 'Used', show: ({ used }) => <YesNoBadge yes={used} words={['used', 'not used']} /> },
  { name: 'Why', show: ({ because }) => <span className="small">{because}</span> },
  { name: 'Since', show: ({ since }) => <When at={since} none="–" /> },
]

/** The choices of a person: their own, or those of one for whom an officer writes it down. */
export const useChoices = (whose: Whose) => {
  const api = useApi()
  return useQuery({
    queryKey: ['choices', whose],
    queryFn: () =>
      answer(
        whose === null
          ? api.GET('/api/v1/me/privacy/choices')
          : api.GET('/api/v1/privacy/people/{personId}/choices', { params: { path: { personId: whose } } }),
      ),
  })
}

const Whole = ({ choices, onAct }: { choices: Choices; onAct: (act: ChoiceAct) => void }) => {
  const { restriction, limit, sensitive } = choices
  const restrict = { kind: restriction === null ? 'restrict' : 'unrestrict', purpose: '' } as const
  const limiting = { kind: limit === null ? 'limit' : 'unlimit', purpose: '' } as const
  return (
    <div className="stack-tight">
      <div className="inline">
        <Button variant="default" size="xs" onClick={() => onAct(restrict)}>
          {words[restrict.kind]}
        </Button>
        <span className="small soft">
          {restriction === null ? 'All of it is stored and not used, until lifted.' : 'Restricted'}{' '}
          {restriction !== null && <When at={restriction.since} />}
        </span>
      </div>
      {sensitive.length > 0 && (
        <div className="inline">
          <Button variant="default" size="xs" onClick={() => onAct(limiting)}>
            {words[limiting.kind]}
          </Button>
          <span className="small soft">
            {sensitive.join(', ')}: for the service and its security only.{' '}
            {limit !== null && (
              <>
                Limited <When at={limit.since} />
              </>
            )}
          </span>
        </div>
      )}
    </div>
  )
}

/** What data serves, purpose by purpose, and what may be said to it. */
export const ChoicesPanel = ({ whose }: { whose: Whose }) => {
  const { data, error, isPending, refetch } = useChoices(whose)
  const [act, setAct] = useState<ChoiceAct | null>(null)
  const acts: Column<Purpose> = {
    name: 'Acts',
    quiet: true,
    show: (row) => {
      const possible = actFor(row)
      return (
        possible !== null && (
          <div className="row-actions">
            <Button size="xs" variant="default" onClick={() => setAct(possible)}>
              {words[possible.kind]}
              <span className="only-read"> {row.label}</span>
            </Button>
          </div>
        )
      )
    },
  }
  return (
    <>
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <Whole choices={data} onAct={setAct} />
          <Rows label="Purposes" columns={[...columns, acts]} rows={data.purposes} keyOf={({ purpose }) => purpose} />
        </>
      )}
      {act !== null && (
        <ChoiceDialog
          act={act}
          label={data?.purposes.find(({ purpose }) => purpose === act.purpose)?.label ?? ''}
          whose={whose}
          onClose={() => setAct(null)}
        />
      )}
    </>
  )
}
