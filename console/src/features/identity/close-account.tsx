import { Button } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Section } from '../../ui/page.tsx'
import { useOneself } from './oneself.tsx'

const CloseDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const oneself = useOneself({ autoFocus: true })
  const close = useAct(
    (body: { password: string; code?: string; closeOrganisations: string[] }) =>
      answer(api.POST('/api/v1/me/close', { body })),
    { onDone: () => location.assign('/sign-in') },
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
        when its period ends. You get a mail that says until when you can open it again.
      </p>
      {oneself.fields}
    </ActDialog>
  )
}

/** Closing is no erasure: it can be taken back, and records go by their periods. */
export const CloseAccount = () => {
  const [asked, setAsked] = useState(false)
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
      {asked && <CloseDialog onClose={() => setAsked(false)} />}
    </Section>
  )
}
