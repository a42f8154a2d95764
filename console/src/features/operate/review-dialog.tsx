import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { AddressBlock } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'

const outcomes = {
  lift: { title: 'Lift the block', act: 'Lift block', path: '/api/v1/operate/blocks/{blockId}/lift' },
  confirm: { title: 'Confirm the block', act: 'Confirm block', path: '/api/v1/operate/blocks/{blockId}/confirm' },
} as const
export type Outcome = keyof typeof outcomes

const consequenceOf = (outcome: Outcome, { aboutId, ipAddress }: AddressBlock): string => {
  if (outcome === 'confirm')
    return 'You looked at what it went by, and it is right. It goes on until its end, and can still be lifted.'
  return aboutId === null
    ? `Requests of nobody known from ${ipAddress ?? 'this address'} are answered again at once.`
    : `${aboutId} calls as fast as before at once, and is not slowed down again for a day.`
}

interface Props {
  block: AddressBlock
  outcome: Outcome
  onClose: () => void
}

/** What a person finds of a block that a machine decided. */
export const ReviewDialog = ({ block, outcome, onClose }: Props) => {
  const api = useApi()
  const { title, act, path } = outcomes[outcome]
  const [note, setNote] = useState('')
  const body = note.trim() === '' ? {} : { note: note.trim() }
  const params = { path: { blockId: block.id } }
  const review = useAct((input: typeof body) => answer(api.POST(path, { params, body: input })), {
    changes: [['blocks']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title={title}
      act={act}
      busy={review.isPending}
      error={review.error}
      cli={avowLine('block', outcome, block.id, ...(body.note === undefined ? [] : ['--note', body.note]))}
      call={{ method: 'POST', path: path.replace('{blockId}', block.id), body }}
      onSubmit={() => review.mutate(body)}
    >
      <p>{consequenceOf(outcome, block)}</p>
      <Textarea
        label="What the review found (optional)"
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
        value={note}
        error={fieldErrors(review.error)['note']}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
