import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Closure, Organisation } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Section } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { When } from '../../ui/when.tsx'
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

/** What the closure means, with the way back: nowhere else is the id of a closed organisation shown. */
const ClosedDialog = ({ organisation: { id, name }, closure }: { organisation: Organisation; closure: Closure }) => {
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
    <Dialog title={`${name} is closed`}>
      <div className="stack">
        <Notice kind="info" title="Its keys do not work any more">
          It is removed {period(closure.keptFor)} after the closure.{' '}
          {closure.reopenUntil === null ? (
            'It is not opened again.'
          ) : (
            <>
              You can open it again, the last time <When at={closure.reopenUntil} />. Keep its id: <CopyId id={id} />
            </>
          )}
        </Notice>
        <ProblemNotice error={reopen.error} />
        {closure.reopenUntil !== null && (
          <SameAct
            of="open it again"
            cli={avowLine('organisation', 'reopen', id)}
            call={{ method: 'POST', path: `/api/v1/me/closed-organisations/${id}/reopen`, body: {} }}
          />
        )}
        <div className="dialog-buttons">
          {closure.reopenUntil !== null && (
            <Button variant="default" loading={reopen.isPending} onClick={() => reopen.mutate(undefined)}>
              Open it again
            </Button>
          )}
          <Button data-autofocus onClick={leave}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
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
      {closure !== null && <ClosedDialog organisation={organisation} closure={closure} />}
      {asked && closure === null && (
        <CloseDialog organisation={organisation} onClose={() => setAsked(false)} onClosed={setClosure} />
      )}
    </Section>
  )
}
