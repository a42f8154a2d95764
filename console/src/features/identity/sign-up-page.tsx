import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { invitationOf } from '../../app/invitation-of.ts'
import { answer, fieldErrors } from '../../app/problem.ts'
import { metaQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { MailNotice } from './mail-notice.tsx'

const fields = { name: '', email: '', password: '', birthDate: '' }

const rules = {
  name: (value: string) => (value.trim() === '' ? 'Write how we may call you' : null),
  email: (value: string) => (/^\S+@\S+\.\S+$/.test(value) ? null : 'Write an email address'),
  password: (value: string) =>
    value.length < 12 ? 'Use at least 12 characters; a few unrelated words are good' : null,
  birthDate: (value: string) => (value === '' ? 'Write your date of birth' : null),
}

const MailSent = ({ email, next }: { email: string; next: string | undefined }) => (
  <Page title="One step is left">
    <MailNotice title={`A mail is on its way to ${email}`} held={`The mail to ${email} waits in the outbox`}>
      Open its link to finish. It works once and for a limited time.
    </MailNotice>
    <Anchor renderRoot={(props) => <Link to="/sign-in" search={{ next }} {...props} />}>Back to sign-in</Anchor>
  </Page>
)

/** Sign-up. The date of birth is compared with the policy's minimum age and not stored. */
export const SignUpPage = () => {
  const api = useApi()
  const { next } = useSearch({ from: '/entry/sign-up' })
  const { data: meta } = useQuery(metaQuery(api))
  const form = useFields(fields, rules)
  const invitation = invitationOf(next)
  const signUp = useAct((body: typeof fields) =>
    answer(api.POST('/api/v1/auth/sign-up', { body: { ...body, ...(invitation ? { invitation } : {}) } })),
  )
  const refused = fieldErrors(signUp.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (form.check()) signUp.mutate(form.values)
  }
  if (signUp.isSuccess) return <MailSent email={form.values.email} next={next} />
  const age = meta?.policy.minimumAge
  return (
    <Page
      title="Create an account"
      about={invitation && 'Use the address that was invited; afterwards you can accept the invitation.'}
    >
      <form className="stack" noValidate onSubmit={submit}>
        <TextInput label="Name" autoComplete="name" required {...form.text('name', refused)} />
        <TextInput label="Email" type="email" autoComplete="email" required {...form.text('email', refused)} />
        <PasswordInput
          label="Password"
          description="At least 12 characters"
          autoComplete="new-password"
          required
          {...form.text('password', refused)}
        />
        <TextInput
          label="Date of birth"
          type="date"
          autoComplete="bday"
          description={
            age === undefined
              ? 'Compared with this cloud’s minimum age, then forgotten: it is not stored.'
              : `Compared with this cloud’s minimum age, ${age}, then forgotten: it is not stored.`
          }
          required
          {...form.text('birthDate', refused)}
        />
        <ProblemNotice error={signUp.error} />
        <Button type="submit" loading={signUp.isPending}>
          Create account
        </Button>
        <p className="small">
          Have one already?{' '}
          <Anchor inherit renderRoot={(props) => <Link to="/sign-in" search={{ next }} {...props} />}>
            Sign in
          </Anchor>
        </p>
      </form>
    </Page>
  )
}
