import { Checkbox, NativeSelect, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { policyQuery } from '../../../app/queries.ts'
import { useAct } from '../../../app/use-act.ts'
import { useMe } from '../../../app/use-scope.ts'
import type { AskedErasure } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { dataMapQuery } from '../data-map-query.ts'
import { type Stays, staysAfterErasure } from './after-erasure.ts'

const delays = [
  { value: 'P3D', label: 'In three days' },
  { value: 'P1D', label: 'Tomorrow' },
  { value: 'P7D', label: 'In a week' },
  { value: 'PT0S', label: 'At once: it cannot be cancelled then' },
]

const Preview = ({ stays }: { stays: readonly Stays[] | undefined }) => (
  <div className="stack-tight">
    <p>
      Your sessions end, your keys stop, and what is held about you is deleted from every table. Nobody can bring it
      back.
    </p>
    {stays !== undefined && stays.length > 0 && (
      <details open>
        <summary>What stays, and why</summary>
        <ul className="small stays">
          {stays.map(({ what, why, until }) => (
            <li key={`${what} ${why} ${until}`}>
              {what}: {why}, {until}
            </li>
          ))}
        </ul>
        <p className="small soft">What a legal hold covers stays until the hold is released; your receipt says so.</p>
      </details>
    )}
  </div>
)

/** Asks for the erasure of the person who is signed in: what goes, what stays, when, and who they are. */
export const EraseDialog = ({ onClose, onAsked }: { onClose: () => void; onAsked: (asked: AskedErasure) => void }) => {
  const api = useApi()
  const me = useMe()
  const map = useQuery(dataMapQuery(api))
  const policy = useQuery(policyQuery(api))
  const [delay, setDelay] = useState('P3D')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [sure, setSure] = useState(false)
  const [unsure, setUnsure] = useState(false)
  const body = { password, delay, ...(me.secondFactor ? { code: code.trim() } : {}) }
  const ask = useAct((input: typeof body) => answer(api.POST('/api/v1/me/erasure', { body: input })), {
    changes: [['my-requests']],
    onDone: onAsked,
  })
  const stays =
    map.data === undefined || policy.data === undefined ? undefined : staysAfterErasure(map.data, policy.data)
  return (
    <ActDialog
      onClose={onClose}
      title="Erase everything about you"
      act="Ask for erasure"
      danger
      wide
      busy={ask.isPending}
      error={ask.error}
      cli={avowLine('privacy', 'erase', '--me', '--delay', delay)}
      call={{
        method: 'POST',
        path: '/api/v1/me/erasure',
        body: { password: 'YOUR PASSWORD', delay, ...(me.secondFactor ? { code: '000000' } : {}) },
      }}
      onSubmit={() => {
        setUnsure(!sure)
        if (sure) ask.mutate(body)
      }}
    >
      <Preview stays={stays} />
      <ProblemNotice error={map.error ?? policy.error} />
      <NativeSelect
        label="It begins"
        description="Until then you can cancel it"
        value={delay}
        error={fieldErrors(ask.error)['delay']}
        onChange={(event) => setDelay(event.currentTarget.value)}
        data={delays}
      />
      {/* For password managers: whose password this is. */}
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label="Your password"
        description="To make sure that it is you"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {me.secondFactor && (
        <TextInput
          label="Code"
          description="Six digits of the authenticator app, or a backup code"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      <Checkbox
        label={`Erase ${me.email} and all that is held about me`}
        checked={sure}
        error={unsure && !sure ? 'Say that you are sure.' : undefined}
        onChange={(event) => setSure(event.currentTarget.checked)}
      />
    </ActDialog>
  )
}
