import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { invitationOf } from '../../app/invitation-of.ts'
import { answer, hasCode } from '../../app/problem.ts'
import { returnPath } from '../../app/return-path.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { MailNotice } from './mail-notice.tsx'

const useSignIn = () => {
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/entry/sign-in' })
  return useAct(
    (body: { email: string; password: string; code?: string }) =>
      answer(api.POST('/api/v1/auth/sign-in', { body: { ...body, tokenWanted: false } })),
    {
      onDone: () => {
        // What was read as another person, or as nobody, is not this person's.
        queries.clear()
        void navigate({ href: returnPath(next), replace: true })
      },
    },
  )
}

const ResendVerification = ({ email, invitation }: { email: string; invitation: string | undefined }) => {
  const api = useApi()
  const resend = useAct(() =>
    answer(api.POST('/api/v1/auth/resend-verification', { body: { email, ...(invitation ? { invitation } : {}) } })),
  )
  if (resend.isSuccess)
    return (
      <MailNotice title="Sent" held="If the address has an account, a new mail waits in the outbox">
        If the address has an account, a new mail is on its way.
      </MailNotice>
    )
  return (
    <>
      <Button variant="default" loading={resend.isPending} onClick={() => resend.mutate(undefined)}>
        Send the verification mail again
      </Button>
      <ProblemNotice error={resend.error} />
    </>
  )
}

/** Sign-in; asks for the second factor only when the server does. */
export const SignInPage = () => {
  const { next } = useSearch({ from: '/entry/sign-in' })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [codeAsked, setCodeAsked] = useState(false)
  const signIn = useSignIn()
  const needsCode = codeAsked || hasCode(signIn.error, 'second_factor_required')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (needsCode) setCodeAsked(true)
    signIn.mutate({ email, password, ...(needsCode ? { code: code.trim() } : {}) })
  }
  if (needsCode)
    return (
      <Page key="second-step" title="Second step" about="Your password is right. Now the code.">
        <form className="stack" onSubmit={submit}>
          <TextInput
            label="Code"
            description="Six digits of your authenticator app, or one of your backup codes"
            autoComplete="one-time-code"
            autoCapitalize="off"
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          {!hasCode(signIn.error, 'second_factor_required') && <ProblemNotice error={signIn.error} />}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </form>
      </Page>
    )
  return (
    <Page title="Sign in">
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          autoFocus
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
        <ProblemNotice error={signIn.error} />
        {hasCode(signIn.error, 'email_not_verified') && (
          <ResendVerification email={email} invitation={invitationOf(next)} />
        )}
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <div className="inline spread small">
          <Anchor renderRoot={(props) => <Link to="/forgot-password" {...props} />}>Forgot the password?</Anchor>
          <Anchor renderRoot={(props) => <Link to="/sign-up" search={{ next }} {...props} />}>Create an account</Anchor>
        </div>
      </form>
    </Page>
  )
}
