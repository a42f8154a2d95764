import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { ScaleInputs, scaleOf, scaleWords } from './endpoint-fields.tsx'
import type { Endpoint } from './endpoints-queries.ts'

interface Of {
  projectId: string
  one: Endpoint
}
type InDialog = Of & { onClose: () => void }

const address = '/api/v1/projects/{projectId}/endpoints/{endpointId}'
const pathOf = ({ projectId, one }: Of): string => `/api/v1/projects/${projectId}/endpoints/${one.id}`

/** A change of the endpoint, by the one call that makes them all. */
const useChange = ({ projectId, one, onClose }: InDialog) => {
  const api = useApi()
  const params = { path: { projectId, endpointId: one.id } }
  return useAct((body: object) => answer(api.PATCH(address, { params, body })), {
    changes: [['endpoints', projectId]],
    onDone: onClose,
  })
}

const ScaleDialog = (props: InDialog) => {
  const { projectId, one, onClose } = props
  const [fields, setFields] = useState(scaleOf(one))
  const change = useChange(props)
  return (
    <ActDialog
      onClose={onClose}
      title="Scale the endpoint"
      act="Scale"
      busy={change.isPending}
      error={change.error}
      cli={avowLine('endpoint', 'scale', one.id, ...scaleWords(fields), '--project', projectId)}
      call={{ method: 'PATCH', path: pathOf(props), body: fields }}
      onSubmit={() => change.mutate(fields)}
    >
      <ScaleInputs fields={fields} set={(change) => setFields((before) => ({ ...before, ...change }))} />
    </ActDialog>
  )
}

const UpdateDialog = (props: InDialog) => {
  const { projectId, one, onClose } = props
  const [size, setSize] = useState(one.size)
  const body = size === one.size ? { restart: true } : { size }
  const change = useChange(props)
  return (
    <ActDialog
      onClose={onClose}
      title="Begin its replicas anew"
      act={size === one.size ? 'Begin them anew' : 'Change the size'}
      busy={change.isPending}
      error={change.error}
      cli={avowLine(
        ...['endpoint', 'update', one.id, size === one.size ? '--restart' : '--size', size !== one.size && size],
        ...['--project', projectId],
      )}
      call={{ method: 'PATCH', path: pathOf(props), body }}
      onSubmit={() => change.mutate(body)}
    >
      <p>One by one: an old replica goes when a new one is ready in its place, and no request fails.</p>
      <NativeSelect
        label="Size of each replica"
        value={size}
        onChange={(event) => setSize(event.currentTarget.value as Endpoint['size'])}
        data={['small', 'medium', 'large']}
      />
    </ActDialog>
  )
}

const DeleteDialog = (props: InDialog & { onDeleted: () => void }) => {
  const { projectId, one, onClose, onDeleted } = props
  const api = useApi()
  const params = { path: { projectId, endpointId: one.id } }
  const remove = useAct(() => answer(api.DELETE(address, { params })), {
    changes: [['endpoints', projectId]],
    onDone: onDeleted,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="Delete the endpoint"
      act="Delete it"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('endpoint', 'delete', one.id, '--yes', '--project', projectId)}
      call={{ method: 'DELETE', path: pathOf(props) }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>
        Calls of <code>{one.modelName}</code> fail from then on. Requests under way end, then its containers are wiped.
        What it cost stays in the books.
      </p>
    </ActDialog>
  )
}

/** What can be done with an endpoint now. */
export const EndpointActs = ({ projectId, one, onDeleted }: Of & { onDeleted: () => void }) => {
  const [open, setOpen] = useState<'scale' | 'update' | 'delete' | null>(null)
  const given = { projectId, one, onClose: () => setOpen(null) }
  return (
    <div className="row-actions">
      <Button variant="default" onClick={() => setOpen('scale')}>
        Scale
      </Button>
      <Button variant="default" onClick={() => setOpen('update')}>
        Update
      </Button>
      <Button variant="default" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {open === 'scale' && <ScaleDialog {...given} />}
      {open === 'update' && <UpdateDialog {...given} />}
      {open === 'delete' && <DeleteDialog {...given} onDeleted={onDeleted} />}
    </div>
  )
}
