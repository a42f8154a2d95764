import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { CodeBlock, CopyId } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'

interface Of {
  projectId: string
  onClose: () => void
}

/** JSON with its lines broken; anything else, such as events of a stream, as it is. */
const readable = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Deletes the bodies of one call, or all of the project without an id. */
export const DeleteBodiesDialog = ({ projectId, id, onClose }: Of & { id?: string }) => {
  const api = useApi()
  const remove = useAct(
    async () => {
      const path = { projectId }
      if (id === undefined) await answer(api.DELETE('/api/v1/projects/{projectId}/bodies', { params: { path } }))
      else {
        const params = { path: { ...path, bodyId: id } }
        await answer(api.DELETE('/api/v1/projects/{projectId}/bodies/{bodyId}', { params }))
      }
    },
    { changes: [['bodies', projectId]], onDone: onClose },
  )
  const path = `/api/v1/projects/${projectId}/bodies${id === undefined ? '' : `/${id}`}`
  return (
    <ActDialog
      onClose={onClose}
      title={id === undefined ? 'Delete all bodies of this project' : 'Delete the bodies of this call'}
      act={id === undefined ? 'Delete all' : 'Delete'}
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('body', 'delete', id ?? '--all', '--yes', '--project', projectId)}
      call={{ method: 'DELETE', path }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>They are in no backup and cannot be brought back. Usage that was counted stays.</p>
    </ActDialog>
  )
}

/** What one call asked and what it was answered. */
export const BodyDialog = ({ projectId, id, onClose }: Of & { id: string }) => {
  const api = useApi()
  const [isDeleting, setDeleting] = useState(false)
  const mayDelete = useRole('owner', 'admin', 'member')
  const path = { projectId, bodyId: id }
  const { data, error, isPending } = useQuery({
    queryKey: ['body', projectId, id],
    queryFn: () => answer(api.GET('/api/v1/projects/{projectId}/bodies/{bodyId}', { params: { path } })),
    // Content is asked for anew each time and forgotten with the dialog.
    gcTime: 0,
  })
  const responseId = /^\{"id":"(resp_\w+)"/.exec(data?.response ?? '')?.[1]
  if (isDeleting) return <DeleteBodiesDialog projectId={projectId} id={id} onClose={onClose} />
  return (
    <Dialog title="Kept call" onClose={onClose} shape="wide">
      <div className="stack">
        <ProblemNotice error={error} />
        {isPending && <PageLoading />}
        {data !== undefined && (
          <>
            {responseId !== undefined && (
              <p>
                Keys of this project have this response by its id <CopyId id={responseId} />.
              </p>
            )}
            {data.isCut && (
              <Notice kind="info" title="More was sent than is kept: one MiB of the request and one of the answer" />
            )}
            <CodeBlock label="Request" code={readable(data.request)} />
            {data.response === null ? (
              <p>Nothing was answered.</p>
            ) : (
              <CodeBlock label="Response" code={readable(data.response)} />
            )}
          </>
        )}
        <SameAct
          cli={avowLine('body', 'show', id, '--project', projectId)}
          call={{ method: 'GET', path: `/api/v1/projects/${projectId}/bodies/${id}` }}
        />
        {mayDelete && data !== undefined && (
          <div className="dialog-buttons">
            <Button color="danger" onClick={() => setDeleting(true)}>
              Delete
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}
