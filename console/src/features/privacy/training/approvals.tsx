import { IconAlertOctagon, IconCircleCheck, IconCircleDashed, IconCircleOff } from '@tabler/icons-react'
import type { TrainingApproval } from '../../../app/views.ts'
import { CopyId } from '../../../ui/copy.tsx'
import type { Column } from '../../../ui/rows.tsx'
import { Badge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'

export const kindWords: Record<TrainingApproval['kind'], string> = {
  'opt-in': 'Opt-in',
  'written-approval': 'Signed approval',
}

const State = ({ approval: { inForce, counts, withdrawnAt } }: { approval: TrainingApproval }) => {
  if (inForce && counts) return <Badge tone="good" shape={IconCircleCheck} word="in force" />
  if (inForce) return <Badge tone="warn" shape={IconAlertOctagon} word="not enough" />
  return withdrawnAt === null ? (
    <Badge tone="calm" shape={IconCircleDashed} word="over" />
  ) : (
    <Badge tone="calm" shape={IconCircleOff} word="withdrawn" />
  )
}

/** Whether anything is used to train by it. */
export const stateColumn: Column<TrainingApproval> = {
  name: 'State',
  show: (approval) => <State approval={approval} />,
}

/** What was agreed to: an opt-in, or a signed document. */
export const agreedColumn: Column<TrainingApproval> = {
  name: 'Agreed',
  show: ({ id, kind, document, signer, signedOn, statement }) => (
    <div className="stack-tight">
      <span className="row-name">{kindWords[kind]}</span>
      {document !== null && (
        <span className="small">
          {document}
          {signer !== null && `, signed by ${signer}`}
          {signedOn !== null && ` on ${signedOn}`}
        </span>
      )}
      <span className="small">
        <CopyId short id={id} />
      </span>
      {statement !== null && (
        <details>
          <summary className="small">In words</summary>
          <p className="small as-written">{statement}</p>
        </details>
      )}
    </div>
  ),
}

/** Which content, since when, until when. */
export const scopeColumns: readonly Column<TrainingApproval>[] = [
  {
    name: 'Content',
    show: ({ content, projectId }) => (
      <div className="stack-tight small">
        <span>{content.join(', ')}</span>
        {projectId === null ? <span className="soft">of every project</span> : <CopyId short id={projectId} />}
      </div>
    ),
  },
  { name: 'Given', show: ({ givenAt }) => <When at={givenAt} /> },
  {
    name: 'Ends',
    show: ({ until, withdrawnAt }) => <When at={withdrawnAt ?? until} none="when withdrawn" />,
  },
]
