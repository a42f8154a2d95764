import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Closure, Organisation } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { ClosedDialog } from './closed-dialog.tsx'
import { useOneself } from './oneself.tsx'

const CloseDialog = ({
  organisation: { id, name },
  onClose,
  onClosed,
}: {
  organisation: Organisation
  onClose: () => void
  onClosed: (closure: Closure) => void
}) => {
  const api = useApi()
  const oneself = useOneself({ autoFocus: true })
  const params = { path: { organisationId: id } }
  const close = useAct(
    (body: { password: string; code?: string }) =>
      answer(api.POST('/api/v1/organisations/{organisationId}/close', { params, body })),
    { onDone: onClosed },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Close ${name}`}
      act="Close it"
      danger
      busy={close.isPending}
      error={close.error}
      cli={avowLine('organisation', 'close', id)}
      call={{ method: 'POST', path: `/api/v1/organisations/${id}/close`, body: { password: 'YOUR PASSWORD' } }}
      onSubmit={() => close.mutate(oneself.given)}
    >
      <p>
        For all its members it is not there any more, and its keys stop at once: programs that call with them get an
        error. What it holds is removed when its period ends.
      </p>
      {oneself.fields}
    </ActDialog>
  )
}

/** It is closed: the way back is here, and under Account as long as there is one. */
const Closed = ({ organisation: { id, name }, closure }: { organisation: Organisation; closure: Closure }) => {
  const api = useApi()
  const queries = useQueryClient()
  const leave = () => {
    queries.clear()
    location.assign('/')
  }
  const params = { path: { organisationId: id } }
  const reopen = useAct(
    () => answer(api.POST('/api/v1/me/closed-organisations/{organisationId}/reopen', { params, body: {} })),
    { onDone: leave },
  )
  return (
    <ClosedDialog
      title={`${name} is closed`}
      closure={closure}
      effect="Its keys do not work any more"
      where="here, or under Account."
      again={
        <Button variant="default" loading={reopen.isPending} onClick={() => reopen.mutate(undefined)}>
          Open it again
        </Button>
      }
      onDone={leave}
    >
      <ProblemNotice error={reopen.error} />
      <SameAct
        of="open it again"
        cli={avowLine('organisation', 'reopen', id)}
        call={{ method: 'POST', path: `/api/v1/me/closed-organisations/${id}/reopen`, body: {} }}
      />
    </ClosedDialog>
  )
}

/** An owner closes the organisation for all its members. */
export const CloseOrganisation = ({ organisation }: { organisation: Organisation }) => {
  const [asked, setAsked] = useState(false)
  const [closure, setClosure] = useState<Closure | null>(null)
  return (
    <Section
      title="Close the organisation"
      about="Its keys refuse at once, and it is removed later. For a while you can open it again, where the policy says so."
    >
      <div>
        <Button variant="default" onClick={() => setAsked(true)}>
          Close the organisation…
        </Button>
      </div>
      {closure !== null && <Closed organisation={organisation} closure={closure} />}
      {asked && closure === null && (
        <CloseDialog organisation={organisation} onClose={() => setAsked(false)} onClosed={setClosure} />
      )}
    </Section>
  )
}
