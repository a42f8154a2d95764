import { NativeSelect, TextInput } from '@mantine/core'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { amountOf, microsOf } from '../../ui/format.ts'
import { useFields } from '../../ui/use-fields.ts'

const reasons = { payment: 'A payment was received', credit: 'A credit is given' } as const
type Reason = keyof typeof reasons

const rules = {
  organisation: (value: string) => (value.trim().startsWith('org_') ? null : 'Write an id that begins with org_'),
  amount: (value: string) => (Number(microsOf(value) ?? 0) === 0 ? 'Write an amount such as 100 or 0.50' : null),
}

interface Input {
  organisationId: string
  amountMicros: string
  reason: Reason
  invoiceNumber?: string
}

/** Puts money that was received, or a credit, into a balance. */
export const TopUpDialog = ({ organisationId, onClose }: { organisationId: string; onClose: () => void }) => {
  const api = useApi()
  const form = useFields({ organisation: organisationId, amount: '', invoice: '', reason: 'payment' }, rules)
  const put = useAct(
    ({ organisationId: of, ...body }: Input, header) =>
      answer(
        api.POST('/api/v1/operate/balances/{organisationId}/top-ups', {
          params: { path: { organisationId: of }, header },
          body,
        }),
      ),
    { changes: [['balances'], ['balance']], onDone: onClose },
  )
  const of = form.values.organisation.trim()
  const invoice = form.values.invoice.trim()
  const reason: Reason = form.values.reason === 'credit' ? 'credit' : 'payment'
  const amountMicros = microsOf(form.values.amount)
  const body = {
    amountMicros: amountMicros ?? 'AMOUNT_MICROS',
    reason,
    ...(invoice === '' ? {} : { invoiceNumber: invoice }),
  }
  const refused = fieldErrors(put.error)
  return (
    <ActDialog
      onClose={onClose}
      title="Top up a balance"
      act="Top up"
      busy={put.isPending}
      error={put.error}
      cli={avowLine(
        ...['balance', 'top-up', of || 'ORGANISATION', amountMicros === null ? 'AMOUNT' : amountOf(amountMicros)],
        ...['--reason', reason, ...(invoice === '' ? [] : ['--invoice', invoice])],
      )}
      call={{ method: 'POST', path: `/api/v1/operate/balances/${of || 'ORGANISATION'}/top-ups`, body }}
      onSubmit={() => {
        if (form.check()) put.mutate({ organisationId: of, ...body })
      }}
    >
      <TextInput label="Organisation" description="Its id" data-autofocus {...form.text('organisation', refused)} />
      <div className="two-fields">
        <TextInput
          label="Amount"
          inputMode="decimal"
          {...form.text('amount', { amount: refused['amountMicros'] ?? '' })}
        />
        <NativeSelect
          label="Why"
          data={Object.entries(reasons).map(([value, label]) => ({ value, label }))}
          value={form.values.reason}
          onChange={(event) => form.set('reason', event.currentTarget.value)}
        />
      </div>
      <TextInput label="Invoice (optional)" {...form.text('invoice', { invoice: refused['invoiceNumber'] ?? '' })} />
      <p className="small soft">
        With the first top-up an organisation is on prepaid: its calls stop where the balance ends. This books what was
        paid by other means; it charges no card.
      </p>
    </ActDialog>
  )
}
