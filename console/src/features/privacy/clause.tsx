import { Button } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { ClauseResult } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { ClauseStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { ClauseEvidence, ClauseRules, useClauseDetail } from './clause-evidence.tsx'

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

interface Checked {
  readonly clause: ClauseResult
  readonly checkedAt: string
}

/** Runs the checks of one clause; what they find is shown in place of what the report says. */
const CheckNow = ({ clauseId, onDone }: { clauseId: string; onDone: (checked: Checked) => void }) => {
  const api = useApi()
  const run = useAct(
    () => answer(api.POST('/api/v1/privacy/clauses/{clauseId}/check', { params: { path: { clauseId } } })),
    {
      onDone: ({ clauses: [clause], checkedAt }) => {
        if (clause !== undefined) onDone({ clause, checkedAt })
      },
    },
  )
  return (
    <>
      <Button size="xs" variant="default" loading={run.isPending} onClick={() => run.mutate(undefined)}>
        Check this clause now
      </Button>
      <ProblemNotice error={run.error} />
    </>
  )
}

/** One clause of a report; opens to its rule, check, figure and reason, and to what its gates decided last. */
export const Clause = ({ clause: reported, checkedAt: reportedAt, open }: Checked & { open: boolean }) => {
  const { staffActive } = useMe()
  const [opened, setOpened] = useState(open)
  const [newer, setNewer] = useState<Checked>()
  const isNewer = newer !== undefined && newer.checkedAt > reportedAt
  const { clause, checkedAt } = isNewer ? newer : { clause: reported, checkedAt: reportedAt }
  const { data: detail, error, refetch } = useClauseDetail(clause.id, opened)
  return (
    <details className="clause" id={clause.id} open={open} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <span>
          <ClauseStateBadge state={clause.state} />
        </span>
        <code>{clause.id}</code>
        <span className="clause-promise">{clause.promise}</span>
        <IconChevronRight size={16} aria-hidden />
      </summary>
      <dl className="clause-facts">
        <Fact name="Rule">
          {detail === undefined || clause.rule === null ? (
            <code>{clause.rule ?? 'none is bound to it'}</code>
          ) : (
            <ClauseRules rules={detail.rules} />
          )}
        </Fact>
        <Fact name="Check">
          {clause.check === null ? <span className="soft">none</span> : <code>{clause.check}</code>}
        </Fact>
        {clause.figure !== null && (
          <Fact name="Figure">
            <span className="num">{clause.figure}</span>
          </Fact>
        )}
        {clause.reason !== null && <Fact name="Reason">{clause.reason}</Fact>}
        <Fact name="Checked">
          <When at={checkedAt} /> {staffActive && <CheckNow clauseId={clause.id} onDone={setNewer} />}
        </Fact>
        <Fact name="Evidence">
          <ProblemNotice error={error} again={() => void refetch()} />
          {detail !== undefined && <ClauseEvidence evidence={detail.evidence} />}
        </Fact>
        <Fact name="From a shell">
          <code>{avowLine('policy', 'explain', clause.id)}</code>
          <br />
          <code>{avowLine('policy', 'verify', clause.id)}</code>
        </Fact>
      </dl>
    </details>
  )
}
