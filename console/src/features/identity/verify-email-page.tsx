import { Button, TextInput } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { invitationPath } from '../../app/invitation-of.ts'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { MailNotice } from './mail-notice.tsx'

const SendAgain = ({ invitation }: { invitation: string | undefined }) => {
  const api = useApi()
  const [email, setEmail] = useState('')
  const send = useAct((address: string) =>
    answer(
      api.POST('/api/v1/auth/resend-verification', { body: { email: address, ...(invitation ? { invitation } : {}) } }),
    ),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send.mutate(email)
  }
  if (send.isSuccess)
    return (
      <MailNotice title="Sent" held="If the address waits for verification, a new mail waits in the outbox">
        If the address waits for verification, a new mail is on its way.
      </MailNotice>
    )
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Email"
        type="email"
        autoComplete="email"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <ProblemNotice error={send.error} />
      <Button type="submit" variant="default" loading={send.isPending}>
        Send a new link
      </Button>
    </form>
  )
}

/** Where the link of the verification mail leads. */
export const VerifyEmailPage = () => {
  const api = useApi()
  const { token, invitation } = useSearch({ from: '/entry/verify-email' })
  const next = invitation && invitationPath(invitation)
  const verify = useAct((body: { token: string }) => answer(api.POST('/api/v1/auth/verify-email', { body })))
  const { mutate } = verify
  const used = useRef<string | null>(null)
  useEffect(() => {
    if (token === undefined || used.current === token) return
    used.current = token
    mutate({ token })
  }, [token, mutate])
  if (verify.isSuccess)
    return (
      <Page title="Your address is verified">
        <p>
          {verify.data.email} belongs to your account now.{next && ' Sign in to accept the invitation.'}
        </p>
        <Button renderRoot={(props) => <Link to="/sign-in" search={{ next }} {...props} />}>Sign in</Button>
      </Page>
    )
  return (
    <Page title="Verify your address">
      {token !== undefined && verify.error === null && <p role="status">Checking the link…</p>}
      {token === undefined && <p>Open the link of the mail that we sent, or ask for a new one.</p>}
      <ProblemNotice error={verify.error} />
      {(token === undefined || verify.isError) && <SendAgain invitation={invitation} />}
    </Page>
  )
}
