import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { emailQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { When } from '../../ui/when.tsx'
import { useOneself } from './oneself.tsx'

const changes = [['me'], ['email']]

const Pending = ({ newEmail, expiresAt }: { newEmail: string; expiresAt: string }) => {
  const api = useApi()
  const forget = useAct(() => answer(api.DELETE('/api/v1/me/email')), { changes })
  return (
    <Notice kind="info" title="Look at your new address">
      <p>
        A link was mailed to {newEmail}. Nothing changes before it is opened; it works until <When at={expiresAt} />.
      </p>
      <ProblemNotice error={forget.error} />
      <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate()}>
        Keep the address as it is
      </Button>
    </Notice>
  )
}

/** Changes one's own address. */
export const EmailForm = () => {
  const api = useApi()
  const me = useMe()
  const { data } = useQuery(emailQuery(api))
  const [newEmail, setNewEmail] = useState('')
  const oneself = useOneself()
  const change = useAct(
    (body: { newEmail: string; password: string; code?: string }) => answer(api.POST('/api/v1/me/email', { body })),
    {
      changes,
      onDone: () => {
        setNewEmail('')
        oneself.clear()
      },
    },
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate({ newEmail, ...oneself.given })
  }
  return (
    <form className="stack form-narrow" onSubmit={submit}>
      {data?.pending && <Pending {...data.pending} />}
      {data?.undoUntil && (
        <Notice kind="info" title="Changed a short while ago">
          Your former address can take it back until <When at={data.undoUntil} />.
        </Notice>
      )}
      <TextInput
        label="New address"
        description={`Now it is ${me.email}. Your sessions and keys stay; the old address is told.`}
        type="email"
        autoComplete="email"
        required
        maxLength={254}
        value={newEmail}
        error={fieldErrors(change.error)['newEmail']}
        onChange={(event) => setNewEmail(event.currentTarget.value)}
      />
      {oneself.fields}
      <ProblemNotice error={change.error} />
      <div>
        <Button type="submit" variant="default" loading={change.isPending}>
          Send a link to the new address
        </Button>
      </div>
    </form>
  )
}
