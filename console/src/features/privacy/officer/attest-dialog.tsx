import { Checkbox, TextInput } from '@mantine/core'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { WantedAttestation } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { period } from '../../../ui/format.ts'
import { useFields } from '../../../ui/use-fields.ts'

const rules = { true: (isTrue: boolean) => (isTrue ? null : 'State it only if it is true.') }

/** States what the policy wants stated, in its words. */
export const AttestDialog = ({ wanted, onClose }: { wanted: WantedAttestation; onClose: () => void }) => {
  const api = useApi()
  const form = useFields({ note: '', true: false }, rules)
  const note = form.values.note.trim()
  const params = { path: { name: wanted.name } }
  const body = { statement: wanted.statement, ...(note === '' ? {} : { note }) }
  const state = useAct(
    (input: typeof body, header) =>
      answer(api.POST('/api/v1/privacy/attestations/{name}', { params: { ...params, header }, body: input })),
    { changes: [['attestations'], ['report']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Attest ${wanted.name}`}
      act="I state this"
      busy={state.isPending}
      error={state.error}
      cli={avowLine('attest', wanted.name, '--confirm', ...(note === '' ? [] : ['--note', note]))}
      call={{ method: 'POST', path: `/api/v1/privacy/attestations/${wanted.name}`, body }}
      onSubmit={() => {
        if (form.check()) state.mutate(body)
      }}
    >
      <blockquote className="statement">{wanted.statement}</blockquote>
      <p>
        You state it as {wanted.role}. It counts for {period(wanted.validity)} from now, with your name and the day.
      </p>
      <TextInput
        label="What it rests on (optional)"
        description="Such as the number of a report"
        maxLength={1000}
        {...form.text('note', fieldErrors(state.error))}
      />
      <Checkbox
        label="I have read it, and it is true"
        checked={form.values.true}
        error={form.errors.true}
        onChange={(event) => form.set('true', event.currentTarget.checked)}
      />
    </ActDialog>
  )
}
