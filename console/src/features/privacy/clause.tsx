import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ClauseResult } from '../../app/views.ts'
import { ClauseStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

/** One clause of a report; opens to its rule, check, figure and reason. */
export const Clause = ({ clause, checkedAt }: { clause: ClauseResult; checkedAt: string }) => (
  <details className="clause" id={clause.id}>
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
        {clause.rule === null ? <span className="soft">none is bound to it</span> : <code>{clause.rule}</code>}
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
        <When at={checkedAt} />
      </Fact>
    </dl>
  </details>
)
