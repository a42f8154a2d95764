import { Button, TextInput } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Balance, LedgerEntry } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { money } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Figure, Section } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { When } from '../../ui/when.tsx'
import { percentsOf } from './budget-lines.ts'
import { LedgerEntries } from './ledger-entries.tsx'

const balanceQuery = (api: ReturnType<typeof useApi>, organisationId: string) =>
  queryOptions({
    queryKey: ['balance', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/balance', { params: { path: { organisationId } } })),
    refetchInterval: 10_000,
  })

const rules = {
  thresholds: (value: string) =>
    percentsOf(value) === null ? 'Write whole numbers from 1 to 100, such as 50, 80, 100' : null,
}

const TellDialog = ({ balance, onClose }: { balance: Balance; onClose: () => void }) => {
  const api = useApi()
  const { organisationId } = balance
  const form = useFields({ thresholds: balance.thresholds.join(', ') }, rules)
  const change = useAct(
    (body: { thresholds: number[] }) =>
      answer(
        api.PATCH('/api/v1/organisations/{organisationId}/balance', { params: { path: { organisationId } }, body }),
      ),
    { changes: [['balance', organisationId]], onDone: onClose },
  )
  const body = { thresholds: percentsOf(form.values.thresholds) ?? [] }
  return (
    <ActDialog
      onClose={onClose}
      title="When people are told"
      act="Change"
      busy={change.isPending}
      error={change.error}
      cli={avowLine('balance', 'tell', body.thresholds.join(',') || 'never', '--organisation', organisationId)}
      call={{ method: 'PATCH', path: `/api/v1/organisations/${organisationId}/balance`, body }}
      onSubmit={() => {
        if (form.check()) change.mutate(body)
      }}
    >
      <TextInput
        label="Tell at percent"
        description="Of what there was after the last top-up; owners and billing people, by mail"
        data-autofocus
        {...form.text('thresholds', fieldErrors(change.error))}
      />
    </ActDialog>
  )
}

const Figures = ({ balance }: { balance: Balance }) => (
  <dl className="figures">
    <Figure name="Left" value={money(balance.leftMicros, balance.currency)} />
    <Figure name="Set aside for calls" value={money(balance.reservedMicros, balance.currency)} />
    <Figure
      name="Spent since the last top-up"
      value={money(balance.spentMicros, balance.currency)}
      note={`of ${money(balance.lastTopUpMicros, balance.currency)}`}
    />
    <Figure
      name="People are told at"
      value={balance.thresholds.length === 0 ? 'no time' : balance.thresholds.map((one) => `${one}%`).join(' ')}
      note={
        balance.alerts.length === 0
          ? undefined
          : `told at ${balance.alerts.map(({ percent }) => `${percent}%`).join(' ')}`
      }
    />
  </dl>
)

const History = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  return (
    <LedgerEntries
      query={pagesQuery<LedgerEntry>(['balance', organisationId, 'history'], (query) =>
        answer(
          api.GET('/api/v1/organisations/{organisationId}/balance/history', {
            params: { path: { organisationId }, query },
          }),
        ),
      )}
      empty={<Empty title="Nothing was entered yet">Usage is entered once a day, and before each top-up.</Empty>}
    />
  )
}

/** What is left of what the organisation paid beforehand; nothing where it pays afterwards. */
export const PrepaidBalance = ({ organisationId }: { organisationId: string }) => {
  const { data, error, refetch } = useQuery(balanceQuery(useApi(), organisationId))
  const [isChanging, setChanging] = useState(false)
  const maySee = useRole('owner', 'admin', 'billing')
  const balance = data?.balance ?? null
  if (balance === null) return <ProblemNotice error={error} again={() => void refetch()} />
  return (
    <Section
      title="Prepaid balance"
      about="Calls stop where it ends. Whoever runs this cloud tops it up; cards cannot be charged here yet."
      actions={
        maySee && (
          <Button variant="default" onClick={() => setChanging(true)}>
            When to tell
          </Button>
        )
      }
    >
      {balance.refusedAt !== null && (
        <Notice kind="info" title="The balance refused a call">
          <When at={balance.refusedAt} />. {money(balance.leftMicros, balance.currency)} is left, which was too little
          for what it could have cost.
        </Notice>
      )}
      <Figures balance={balance} />
      {maySee && <History organisationId={organisationId} />}
      <SameAct
        cli={avowLine('balance', 'show', '--organisation', organisationId)}
        call={{ method: 'GET', path: `/api/v1/organisations/${organisationId}/balance` }}
      />
      {isChanging && <TellDialog balance={balance} onClose={() => setChanging(false)} />}
    </Section>
  )
}
