import { Button } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'

const broken = <p>The link is not whole. Open it from the mail once more, or copy all of it.</p>
const toSignIn = <Button renderRoot={(props) => <Link to="/sign-in" search={{}} {...props} />}>Sign in</Button>

/** Where the link of the mail to a new address leads. A button, so that nothing that only looks at links acts. */
export const ConfirmEmailPage = () => {
  const api = useApi()
  const { token } = useSearch({ from: '/entry/confirm-email' })
  const confirm = useAct((given: string) => answer(api.POST('/api/v1/auth/confirm-email', { body: { token: given } })))
  if (confirm.isSuccess)
    return (
      <Page title="Your address is changed">
        <p>{confirm.data.email} opens your account now. Your sessions and keys stay as they are.</p>
        {toSignIn}
      </Page>
    )
  return (
    <Page title="Confirm your new address" about="It becomes the address of your account.">
      {token === undefined && broken}
      <ProblemNotice error={confirm.error} />
      {token !== undefined && (
        <div>
          <Button loading={confirm.isPending} onClick={() => confirm.mutate(token)}>
            Use this address
          </Button>
        </div>
      )}
    </Page>
  )
}

/** Where the link of the mail to a former address leads. */
export const UndoEmailPage = () => {
  const api = useApi()
  const { token } = useSearch({ from: '/entry/undo-email' })
  const undo = useAct((given: string) => answer(api.POST('/api/v1/auth/undo-email', { body: { token: given } })))
  if (undo.isSuccess)
    return (
      <Page title="Your address is back">
        <p>{undo.data.email} opens your account again, and every session was ended. Set a new password now.</p>
        <Button renderRoot={(props) => <Link to="/forgot-password" {...props} />}>Set a new password</Button>
      </Page>
    )
  return (
    <Page title="Take your address back" about="For when it was not you who changed it. It ends every session.">
      {token === undefined && broken}
      <ProblemNotice error={undo.error} />
      {token !== undefined && (
        <div>
          <Button color="red" loading={undo.isPending} onClick={() => undo.mutate(token)}>
            Take the address back
          </Button>
        </div>
      )}
    </Page>
  )
}
