import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'

/** Changes one's own password. */
export const PasswordForm = () => {
  const api = useApi()
  const me = useMe()
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const change = useAct(
    (body: { currentPassword: string; newPassword: string }) => answer(api.POST('/api/v1/me/password', { body })),
    {
      changes: [['sessions']],
      onDone: () => {
        setCurrent('')
        setNew('')
      },
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate({ currentPassword, newPassword })
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      {/* For password managers: whose password this is. */}
      <input type="email" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        required
        value={currentPassword}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description="At least 12 characters; a few unrelated words are good"
        autoComplete="new-password"
        required
        value={newPassword}
        onChange={(event) => setNew(event.currentTarget.value)}
      />
      <ProblemNotice error={change.error} />
      {change.isSuccess && <Notice kind="good" title="The password is changed and your other sessions are ended" />}
      <div>
        <Button type="submit" variant="default" loading={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  )
}
