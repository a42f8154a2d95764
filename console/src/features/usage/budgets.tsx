import { Button } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { keysQuery } from '../../app/queries.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Budget, Organisation, Project } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { money } from '../../ui/format.ts'
import { Menu } from '../../ui/menu.tsx'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { When } from '../../ui/when.tsx'
import { ChangeBudgetDialog, RemoveBudgetDialog, SetBudgetDialog } from './budget-dialogs.tsx'

type Act = { kind: 'set' } | { kind: 'change' | 'remove'; budget: Budget }

const budgetsQuery = (api: ReturnType<typeof useApi>, organisationId: string) =>
  queryOptions({
    queryKey: ['budgets', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/budgets', { params: { path: { organisationId } } })),
    refetchInterval: 10_000,
  })

/** Names of projects and keys by id. */
type Names = ReadonlyMap<string, string>

const useNames = (projectId: string, projects: readonly Project[]): Names => {
  const { data } = useInfiniteQuery(keysQuery(useApi(), projectId, {}))
  const keys = data?.pages.flatMap(({ items }) => items) ?? []
  return new Map([...projects, ...keys].map(({ id, name }) => [id, name]))
}

const Covered = ({ budget, names }: { budget: Budget; names: Names }) => {
  if (budget.keyId !== null)
    return (
      <>
        {names.has(budget.keyId) ? `Key ${names.get(budget.keyId)}` : 'A key'} <CopyId short id={budget.keyId} />
      </>
    )
  if (budget.projectId === null) return 'The whole organisation'
  return `Project ${names.get(budget.projectId) ?? budget.projectId}`
}

const told = (budget: Budget) =>
  budget.alerts.length === 0 ? (
    <span className="soft">nobody yet</span>
  ) : (
    <div>
      {budget.alerts.map(({ percent, at }) => (
        <div key={percent}>
          at {percent}% <When at={at} />
        </div>
      ))}
    </div>
  )

const columnsOf = (names: Names, onAct: ((act: Act) => void) | null): readonly Column<Budget>[] => [
  { name: 'Covers', show: (budget) => <Covered budget={budget} names={names} /> },
  { name: 'Limit', numeric: true, show: (budget) => money(budget.limitMicros, budget.currency) },
  { name: 'Spent', numeric: true, show: (budget) => money(budget.spentMicros, budget.currency) },
  { name: 'Reserved', numeric: true, show: (budget) => money(budget.reservedMicros, budget.currency) },
  { name: 'Left', numeric: true, show: (budget) => money(budget.leftMicros, budget.currency) },
  { name: 'Told', show: told },
  ...(onAct === null
    ? []
    : [
        {
          name: 'Acts',
          quiet: true,
          show: (budget: Budget) => (
            <Menu
              label={`Acts on the budget ${budget.id}`}
              face={<IconDots size={16} aria-hidden />}
              faceClass="icon-button bordered"
              groups={[
                {
                  entries: [
                    { name: 'Change', onSelect: () => onAct({ kind: 'change', budget }) },
                    { name: 'Remove', onSelect: () => onAct({ kind: 'remove', budget }) },
                  ],
                },
              ]}
            />
          ),
        },
      ]),
]

const Dialogs = ({
  act,
  ...place
}: {
  act: Act | null
  organisationId: string
  projectId: string
  onClose: () => void
}) => {
  if (act === null) return null
  if (act.kind === 'set') return <SetBudgetDialog {...place} />
  return act.kind === 'change' ? (
    <ChangeBudgetDialog {...place} budget={act.budget} />
  ) : (
    <RemoveBudgetDialog {...place} budget={act.budget} />
  )
}

interface Props {
  organisation: Organisation
  projectId: string
  projects: readonly Project[]
}

/** What may be spent in a month, by whom, and how far that is. */
export const Budgets = ({ organisation, projectId, projects }: Props) => {
  const { data, error, refetch } = useQuery(budgetsQuery(useApi(), organisation.id))
  const [act, setAct] = useState<Act | null>(null)
  const names = useNames(projectId, projects)
  const maySet = useRole('owner', 'admin', 'billing')
  const refusing = data?.items.filter(({ refusedAt }) => refusedAt !== null) ?? []
  return (
    <Section
      title="Budgets"
      about="For each calendar month (UTC). A call that could cost more than is left is refused before any work."
      actions={maySet && <Button onClick={() => setAct({ kind: 'set' })}>Set a budget</Button>}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {refusing.map((budget) => (
        <Notice key={budget.id} kind="info" title="A budget refused a call">
          <Covered budget={budget} names={names} />: <When at={budget.refusedAt} />.{' '}
          {money(budget.leftMicros, budget.currency)} of {money(budget.limitMicros, budget.currency)} is left.
        </Notice>
      ))}
      {data?.items.length === 0 && (
        <Empty title="No budget is set">
          Calls may cost anything. Owners, admins and billing people can set a limit.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Budgets"
          columns={columnsOf(names, maySet ? setAct : null)}
          rows={data.items}
          keyOf={({ id }) => id}
        />
      )}
      <Dialogs act={act} organisationId={organisation.id} projectId={projectId} onClose={() => setAct(null)} />
    </Section>
  )
}
