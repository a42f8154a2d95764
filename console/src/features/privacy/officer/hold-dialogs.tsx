import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { Hold } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { type Fields, useFields } from '../../../ui/use-fields.ts'
import { dataMapQuery } from '../data-map-query.ts'
import { type HoldFields, type HoldScope, holdBodyOf, holdLine, holdScopes, noHold } from './hold-form.ts'

const scopeWords: Record<HoldScope, string> = {
  person: 'One person',
  organisation: 'One organisation',
  everyone: 'Everyone',
}

const Categories = ({ form }: { form: Fields<HoldFields> }) => {
  const { data = [] } = useQuery(dataMapQuery(useApi()))
  const held = [...new Set(data.map(({ category }) => category))].filter((category) => category !== 'system').toSorted()
  return (
    <details>
      <summary>
        Only some kinds of data{form.values.categories.length > 0 && ` (${form.values.categories.length} chosen)`}
      </summary>
      <Checkbox.Group
        label="Kinds of data"
        description="With none chosen, all are held"
        value={form.values.categories}
        onChange={(categories) => form.set('categories', categories)}
      >
        <div className="stack-small">
          {held.map((category) => (
            <Checkbox key={category} value={category} label={category} />
          ))}
        </div>
      </Checkbox.Group>
    </details>
  )
}

const rules = {
  ground: (ground: string) => (ground.trim().length < 3 ? 'Say why, in a few words.' : null),
}

const subjectLabels = { person: 'Email address or id of the person', organisation: 'Id of the organisation' } as const

/** Places a legal hold. */
export const CreateHoldDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const form = useFields<HoldFields>(noHold, rules)
  const body = holdBodyOf(form.values)
  const create = useAct(
    (input: typeof body, header) => answer(api.POST('/api/v1/privacy/holds', { params: { header }, body: input })),
    { changes: [['holds'], ['requests']], onDone: onClose },
  )
  const refused = fieldErrors(create.error)
  const { scope } = form.values
  return (
    <ActDialog
      onClose={onClose}
      title="Place a legal hold"
      act="Place hold"
      wide
      busy={create.isPending}
      error={create.error}
      cli={holdLine(form.values)}
      call={{ method: 'POST', path: '/api/v1/privacy/holds', body }}
      onSubmit={() => {
        if (form.check()) create.mutate(body)
      }}
    >
      <p>
        What it covers is neither expired nor erased, until it is released or ends. Its date is that of placing it: it
        begins at once.
      </p>
      <NativeSelect
        label="On whom"
        value={scope}
        onChange={(event) => form.set('scope', holdScopes.find((one) => one === event.currentTarget.value) ?? 'person')}
        data={holdScopes.map((value) => ({ value, label: scopeWords[value] }))}
      />
      {scope !== 'everyone' && (
        <TextInput label={subjectLabels[scope]} data-autofocus {...form.text('subjectId', refused)} />
      )}
      <TextInput
        label="Ground"
        description="Such as a dispute, an incident, an order of a court"
        maxLength={500}
        {...form.text('ground', refused)}
      />
      <div className="two-fields">
        <TextInput
          label="Reference (optional)"
          description="Such as the number of a case"
          maxLength={200}
          {...form.text('reference', refused)}
        />
        <TextInput
          label="Ends after (optional)"
          description="UTC; empty: until released"
          type="date"
          {...form.text('endsOn')}
        />
      </div>
      <Categories form={form} />
    </ActDialog>
  )
}

/** Releases a legal hold: what it stopped goes on. */
export const ReleaseHoldDialog = ({ hold, onClose }: { hold: Hold; onClose: () => void }) => {
  const api = useApi()
  const release = useAct(
    () =>
      answer(api.POST('/api/v1/privacy/holds/{holdId}/release', { params: { path: { holdId: hold.id } }, body: {} })),
    { changes: [['holds'], ['requests']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Release the hold"
      act="Release hold"
      danger
      busy={release.isPending}
      error={release.error}
      cli={avowLine('hold', 'release', hold.id, '--yes')}
      call={{ method: 'POST', path: `/api/v1/privacy/holds/${hold.id}/release`, body: {} }}
      onSubmit={() => release.mutate(undefined)}
    >
      <p>
        <strong>{hold.ground}</strong>
      </p>
      <p>
        Erasures that waited for it go on at once, and what is past its period goes with the next run of retention. That
        cannot be undone.
      </p>
    </ActDialog>
  )
}
