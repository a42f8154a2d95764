import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { MailNotice } from './mail-notice.tsx'

const BackToSignIn = () => (
  <Anchor renderRoot={(props) => <Link to="/sign-in" search={{}} {...props} />}>Back to sign-in</Anchor>
)

/** Asks for a password reset link. The answer is the same for every address. */
export const ForgotPasswordPage = () => {
  const api = useApi()
  const [email, setEmail] = useState('')
  const ask = useAct((address: string) =>
    answer(api.POST('/api/v1/auth/request-password-reset', { body: { email: address } })),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate(email)
  }
  return (
    <Page title="Reset the password" about="We send a link that works once and for a limited time.">
      {ask.isSuccess ? (
        <MailNotice title="Look at your mail" held={`If ${email} has an account, a mail waits in the outbox`}>
          If {email} has an account, a mail is on its way.
        </MailNotice>
      ) : (
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
          <ProblemNotice error={ask.error} />
          <Button type="submit" loading={ask.isPending}>
            Send the link
          </Button>
        </form>
      )}
      <BackToSignIn />
    </Page>
  )
}

/** Where the link of the reset mail leads. */
export const ResetPasswordPage = () => {
  const api = useApi()
  const { token } = useSearch({ from: '/entry/reset-password' })
  const [newPassword, setNewPassword] = useState('')
  const reset = useAct((body: { token: string; newPassword: string }) =>
    answer(api.POST('/api/v1/auth/reset-password', { body })),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token !== undefined) reset.mutate({ token, newPassword })
  }
  if (token === undefined)
    return (
      <Page title="Set a new password">
        <p>This page needs the link of a reset mail.</p>
        <Button renderRoot={(props) => <Link to="/forgot-password" {...props} />}>Ask for one</Button>
      </Page>
    )
  if (reset.isSuccess)
    return (
      <Page title="The password is changed">
        <p>Every session of this account was ended. Sign in with the new password.</p>
        <BackToSignIn />
      </Page>
    )
  return (
    <Page title="Set a new password" about="It ends every session of this account.">
      <form className="stack" onSubmit={submit}>
        <PasswordInput
          label="New password"
          description="At least 12 characters; a few unrelated words are good"
          autoComplete="new-password"
          required
          autoFocus
          value={newPassword}
          onChange={(event) => setNewPassword(event.currentTarget.value)}
        />
        <ProblemNotice error={reset.error} />
        <Button type="submit" loading={reset.isPending}>
          Set the password
        </Button>
      </form>
    </Page>
  )
}
