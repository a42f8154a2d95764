import { NativeSelect, Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'

/** Asks a person of the operator for what no button does. */
export const AskDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const navigate = useNavigate()
  const [kind, setKind] = useState<'access' | 'rectification'>('access')
  const [details, setDetails] = useState('')
  const body = { kind, details: details.trim() }
  const ask = useAct(
    (input: typeof body, header) => answer(api.POST('/api/v1/me/requests', { params: { header }, body: input })),
    {
      changes: [['my-requests']],
      onDone: ({ id }) => void navigate({ to: '/your-data/requests/$requestId', params: { requestId: id } }),
    },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Ask for something else"
      act="Ask"
      busy={ask.isPending}
      error={ask.error}
      cli={avowLine('privacy', 'ask', kind, '--details', details || 'WHAT YOU WANT')}
      call={{ method: 'POST', path: '/api/v1/me/requests', body }}
      onSubmit={() => ask.mutate(body)}
    >
      <p>A person of this cloud answers you by the day that the policy promises; you see it here and get a mail.</p>
      <NativeSelect
        label="What it is about"
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value === 'rectification' ? 'rectification' : 'access')}
        data={[
          { value: 'access', label: 'Something that I want to know' },
          { value: 'rectification', label: 'Something that is wrong' },
        ]}
      />
      <Textarea
        label="In your words"
        autosize
        minRows={3}
        maxLength={2000}
        data-autofocus
        value={details}
        error={fieldErrors(ask.error)['details']}
        onChange={(event) => setDetails(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
