import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { TotpSetup } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { YesNoBadge } from '../../ui/state-badge.tsx'
import { TwoStepSetup } from './two-step-setup.tsx'

const BeginForm = ({ onBegun }: { onBegun: (setup: TotpSetup) => void }) => {
  const api = useApi()
  const me = useMe()
  const [password, setPassword] = useState('')
  const begin = useAct(
    (body: { password: string }, header) => answer(api.POST('/api/v1/me/totp', { params: { header }, body })),
    {
      onDone: onBegun,
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    begin.mutate({ password })
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      {/* For password managers: whose password this is. */}
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label="Your password"
        description="To make sure that it is you"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <ProblemNotice error={begin.error} />
      <div>
        <Button type="submit" loading={begin.isPending}>
          Set up two-step sign-in
        </Button>
      </div>
    </form>
  )
}

const RemoveDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const remove = useAct(
    (body: { password: string; code: string }) => answer(api.POST('/api/v1/me/totp/remove', { body })),
    { changes: [['me']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Remove two-step sign-in"
      act="Remove it"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={null}
      call={{ method: 'POST', path: '/api/v1/me/totp/remove', body: { password: 'YOUR PASSWORD', code: '000000' } }}
      onSubmit={() => remove.mutate({ password, code: code.trim() })}
    >
      <p>After this, the password alone opens your account.</p>
      <PasswordInput
        label="Your password"
        autoComplete="current-password"
        data-autofocus
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <TextInput
        label="Code"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** Two-step sign-in: set up, see, remove. */
export const TwoStep = () => {
  const me = useMe()
  const [setup, setSetup] = useState<TotpSetup | null>(null)
  const [finished, setFinished] = useState(false)
  const [removing, setRemoving] = useState(false)
  return (
    <div id="two-step">
      <Section
        title="Two-step sign-in"
        about="A code of an authenticator app besides the password."
        actions={<YesNoBadge yes={me.secondFactor} words={['on', 'off']} />}
      >
        {me.staffRole !== null && !me.secondFactor && setup === null && (
          <Notice kind="info" title="You are staff of this cloud">
            Until this is set up, nothing under Operate works in the browser.
          </Notice>
        )}
        {finished && (
          <Notice kind="good" title="Two-step sign-in is on">
            Your next sign-in asks for a code.
          </Notice>
        )}
        {setup === null && !me.secondFactor && <BeginForm onBegun={setSetup} />}
        {setup !== null && (
          <TwoStepSetup
            setup={setup}
            onDone={() => {
              setSetup(null)
              setFinished(true)
            }}
            onCancel={() => setSetup(null)}
          />
        )}
        {setup === null && me.secondFactor && (
          <div>
            <Button variant="default" onClick={() => setRemoving(true)}>
              Remove two-step sign-in
            </Button>
          </div>
        )}
        {removing && <RemoveDialog onClose={() => setRemoving(false)} />}
      </Section>
    </div>
  )
}
