import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useRole } from '../../../app/use-scope.ts'
import type { Training, TrainingApproval } from '../../../app/views.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { agreedColumn, scopeColumns, stateColumn } from '../training/approvals.tsx'
import { WithdrawDialog } from '../training/withdraw-dialog.tsx'
import { OptInDialog } from './opt-in-dialog.tsx'

const levelWords = ({ level, by }: Training): string => {
  const who = by === 'plan' ? 'the deployment plan of this organisation' : 'the policy'
  if (level === 'never') return `Here ${who} lets no content of customers train a model.`
  return level === 'opt-in'
    ? `Here ${who} asks for an opt-in of an owner, which can be withdrawn at any time.`
    : `Here ${who} asks for a signed approval, which an officer of this cloud writes down.`
}

/** Whether content of the organisation may train models, and who agreed to that. */
export const TrainingSection = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const isOwner = useRole('owner')
  const mayWithdraw = useRole('owner', 'admin')
  const [optingIn, setOptingIn] = useState(false)
  const [withdrawing, setWithdrawing] = useState<TrainingApproval | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['training', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/training', { params: { path: { organisationId } } })),
  })
  const optIn = isOwner && data?.level === 'opt-in' && data.content.length > 0 && (
    <Button size="xs" variant="default" onClick={() => setOptingIn(true)}>
      Opt in
    </Button>
  )
  const acts: Column<TrainingApproval> = {
    name: 'Acts',
    quiet: true,
    show: (approval) =>
      approval.inForce && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setWithdrawing(approval)}>
            Withdraw
          </Button>
        </div>
      ),
  }
  const columns = [agreedColumn, stateColumn, ...scopeColumns]
  return (
    <Section title="Training" about={data === undefined ? undefined : levelWords(data)} actions={optIn}>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="Nobody let anything train">
          {data.level === 'never'
            ? 'There is nothing to opt out of: the training gate refuses all content.'
            : 'The training gate refuses all content of this organisation until somebody agrees.'}
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Training"
          columns={mayWithdraw ? [...columns, acts] : columns}
          rows={data.items}
          keyOf={({ id }) => id}
        />
      )}
      {optingIn && data !== undefined && (
        <OptInDialog organisationId={organisationId} categories={data.content} onClose={() => setOptingIn(false)} />
      )}
      {withdrawing !== null && (
        <WithdrawDialog approval={withdrawing} as="member" onClose={() => setWithdrawing(null)} />
      )}
    </Section>
  )
}
