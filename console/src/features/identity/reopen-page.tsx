import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'

/** Where the mail about a closed account leads. */
export const ReopenPage = () => {
  const api = useApi()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const reopen = useAct((body: { email: string; password: string; code?: string }) =>
    answer(api.POST('/api/v1/auth/reopen', { body })),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    reopen.mutate({ email, password, ...(code.trim() === '' ? {} : { code: code.trim() }) })
  }
  if (reopen.isSuccess)
    return (
      <Page title="Your account is open again">
        <p>Keys that were revoked stay revoked.</p>
        <Button renderRoot={(props) => <Link to="/sign-in" search={{}} {...props} />}>Sign in</Button>
      </Page>
    )
  return (
    <Page
      title="Open your account again"
      about="As long as the policy lets you; the mail about the closure says until when."
    >
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <TextInput
          label="Code"
          description="Only with two-step sign-in"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <ProblemNotice error={reopen.error} />
        <Button type="submit" loading={reopen.isPending}>
          Open it again
        </Button>
      </form>
    </Page>
  )
}
