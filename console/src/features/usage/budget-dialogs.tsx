import { NativeSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { keysQuery, modelsQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import type { Budget } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { amountOf, microsOf } from '../../ui/format.ts'
import { type Fields, useFields } from '../../ui/use-fields.ts'
import { type BudgetBody, type BudgetTarget, noLimitYet, percentsOf, setBudgetLine, targetOf } from './budget-lines.ts'

interface Values {
  limit: string
  thresholds: string
}

const rules = {
  limit: (value: string) => (microsOf(value) === null ? 'Write an amount such as 100 or 0.50' : null),
  thresholds: (value: string) =>
    percentsOf(value) === null ? 'Write whole numbers from 1 to 100, such as 50, 80, 100' : null,
}

const bodyOf = (values: Values): BudgetBody => ({
  limitMicros: microsOf(values.limit) ?? noLimitYet,
  thresholds: percentsOf(values.thresholds) ?? [],
})

const Amounts = ({
  form,
  refused,
  currency,
}: {
  form: Fields<Values>
  refused: Record<string, string>
  currency: string | undefined
}) => (
  <div className="two-fields">
    <TextInput
      label={currency === undefined ? 'Limit' : `Limit, ${currency}`}
      description="For each calendar month (UTC)"
      inputMode="decimal"
      data-autofocus
      {...form.text('limit', refused)}
    />
    <TextInput
      label="Tell at percent"
      description="Owners and billing people, by mail"
      {...form.text('thresholds', refused)}
    />
  </div>
)

interface Props {
  organisationId: string
  onClose: () => void
}

/** The organisation, the project of the page, or one of its keys. */
const useTargets = (projectId: string) => {
  const { data } = useInfiniteQuery(keysQuery(useApi(), projectId, { kind: 'api', state: 'active' }))
  const keys = data?.pages.flatMap((page) => page.items) ?? []
  return [
    { value: 'organisation', label: 'The whole organisation' },
    { value: projectId, label: 'This project' },
    ...keys.map(({ id, name, prefix }) => ({ value: id, label: `Key ${name} (${prefix}…)` })),
  ]
}

const targetFrom = (value: string, projectId: string): BudgetTarget => {
  if (value === 'organisation') return {}
  return value === projectId ? { projectId } : { projectId, keyId: value }
}

/** Gives the organisation, a project or a key a monthly budget. */
export const SetBudgetDialog = ({ organisationId, projectId, onClose }: Props & { projectId: string }) => {
  const api = useApi()
  const form = useFields<Values>({ limit: '', thresholds: '50, 80, 100' }, rules)
  const [of, setOf] = useState('organisation')
  const targets = useTargets(projectId)
  // Prices and budgets of a cloud are in one currency.
  const currency = useQuery(modelsQuery(api)).data?.items[0]?.currency
  const target = targetFrom(of, projectId)
  const set = useAct(
    (body: BudgetTarget & BudgetBody, header) =>
      answer(
        api.POST('/api/v1/organisations/{organisationId}/budgets', {
          params: { path: { organisationId }, header },
          body,
        }),
      ),
    { changes: [['budgets', organisationId]], onDone: onClose },
  )
  const body = { ...target, ...bodyOf(form.values) }
  return (
    <ActDialog
      onClose={onClose}
      title="Set a monthly budget"
      act="Set budget"
      busy={set.isPending}
      error={set.error}
      cli={setBudgetLine(organisationId, target, body)}
      call={{ method: 'POST', path: `/api/v1/organisations/${organisationId}/budgets`, body }}
      onSubmit={() => {
        if (form.check()) set.mutate(body)
      }}
    >
      <NativeSelect
        label="Whose calls it covers"
        value={of}
        onChange={(event) => setOf(event.currentTarget.value)}
        data={targets}
      />
      <Amounts form={form} refused={fieldErrors(set.error)} currency={currency} />
      <p className="small soft">
        A call that could cost more than is left is refused before any work. What was spent in this month counts
        already.
      </p>
    </ActDialog>
  )
}

const pathOf = (organisationId: string, budget: Budget) =>
  `/api/v1/organisations/${organisationId}/budgets/${budget.id}`

/** Raises or lowers a budget. */
export const ChangeBudgetDialog = ({ organisationId, budget, onClose }: Props & { budget: Budget }) => {
  const api = useApi()
  const first = { limit: amountOf(budget.limitMicros), thresholds: budget.thresholds.join(', ') }
  const form = useFields<Values>(first, rules)
  const change = useAct(
    (body: BudgetBody) =>
      answer(
        api.PATCH('/api/v1/organisations/{organisationId}/budgets/{budgetId}', {
          params: { path: { organisationId, budgetId: budget.id } },
          body,
        }),
      ),
    { changes: [['budgets', organisationId]], onDone: onClose },
  )
  const body = bodyOf(form.values)
  return (
    <ActDialog
      onClose={onClose}
      title="Change the budget"
      act="Change budget"
      busy={change.isPending}
      error={change.error}
      cli={setBudgetLine(organisationId, targetOf(budget), body)}
      call={{ method: 'PATCH', path: pathOf(organisationId, budget), body }}
      onSubmit={() => {
        if (form.check()) change.mutate(body)
      }}
    >
      <Amounts form={form} refused={fieldErrors(change.error)} currency={budget.currency} />
    </ActDialog>
  )
}

/** Takes a budget away. */
export const RemoveBudgetDialog = ({ organisationId, budget, onClose }: Props & { budget: Budget }) => {
  const api = useApi()
  const remove = useAct(
    () =>
      answer(
        api.DELETE('/api/v1/organisations/{organisationId}/budgets/{budgetId}', {
          params: { path: { organisationId, budgetId: budget.id } },
        }),
      ),
    { changes: [['budgets', organisationId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Remove the budget"
      act="Remove budget"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('budgets', 'remove', budget.id, '--yes', '--organisation', organisationId)}
      call={{ method: 'DELETE', path: pathOf(organisationId, budget) }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>Nothing stops the calls that it covers from spending then, save other budgets.</p>
    </ActDialog>
  )
}
