import { Button } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { Closure } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { Section } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { ClosedDialog } from './closed-dialog.tsx'
import { useOneself } from './oneself.tsx'

const CloseDialog = ({ onClose, onClosed }: { onClose: () => void; onClosed: (closure: Closure) => void }) => {
  const api = useApi()
  const oneself = useOneself({ autoFocus: true })
  const close = useAct(
    (body: { password: string; code?: string; closeOrganisations: string[] }) =>
      answer(api.POST('/api/v1/me/close', { body })),
    { onDone: onClosed },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Close your account"
      act="Close it"
      danger
      busy={close.isPending}
      error={close.error}
      cli="avow account close"
      call={{ method: 'POST', path: '/api/v1/me/close', body: { password: 'YOUR PASSWORD', closeOrganisations: [] } }}
      onSubmit={() => close.mutate({ ...oneself.given, closeOrganisations: [] })}
    >
      <p>
        Your sessions end, and organisations that only you own close with their keys, at once. What they held is removed
        when its period ends. For a while you can open it again, where the policy says so.
      </p>
      {oneself.fields}
    </ActDialog>
  )
}

/** Closing is no erasure: it can be taken back, and records go by their periods. */
export const CloseAccount = () => {
  const { email } = useMe()
  const [asked, setAsked] = useState(false)
  const [closure, setClosure] = useState<Closure | null>(null)
  return (
    <Section
      title="Close the account"
      about="It is locked at once and removed later. To have everything about you erased, see Your data."
    >
      <div>
        <Button variant="default" onClick={() => setAsked(true)}>
          Close the account…
        </Button>
      </div>
      {closure !== null && (
        <ClosedDialog
          title="Your account is closed"
          closure={closure}
          effect="You are signed out everywhere"
          where="with your password, where the mail about the closure leads, or at /reopen on this site."
          onDone={() => location.assign('/sign-in')}
        >
          <SameAct
            of="open it again"
            cli={avowLine('account', 'reopen', email)}
            call={{ method: 'POST', path: '/api/v1/auth/reopen', body: { email, password: 'YOUR PASSWORD' } }}
          />
        </ClosedDialog>
      )}
      {asked && closure === null && <CloseDialog onClose={() => setAsked(false)} onClosed={setClosure} />}
    </Section>
  )
}
