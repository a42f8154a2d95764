import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { Notice } from '../../../ui/notice.tsx'
import { ScaleInputs, scaleWords } from './endpoint-fields.tsx'
import { hourOf } from './endpoint-state.tsx'
import { type Endpoint, offerQuery } from './endpoints-queries.ts'

interface Props {
  projectId: string
  onClose: () => void
  onMade: (made: Endpoint) => void
}

/** Asks for a model and its replicas, with the price, before anything runs. */
export const CreateEndpointDialog = ({ projectId, onClose, onMade }: Props) => {
  const api = useApi()
  const offer = useQuery(offerQuery(api, projectId)).data
  const [chosen, setChosen] = useState<string | null>(null)
  const [size, setSize] = useState<Endpoint['size']>('small')
  const [scale, setScale] = useState({ replicasMin: 0, replicasMax: 1, idleSeconds: 300 })
  const model = chosen ?? offer?.models[0] ?? ''
  const body = { model, size, ...scale }
  const params = { path: { projectId } }
  const create = useAct(
    (input: typeof body, header) =>
      answer(api.POST('/api/v1/projects/{projectId}/endpoints', { params: { ...params, header }, body: input })),
    { changes: [['endpoints', projectId]], onDone: onMade },
  )
  const price = offer?.sizes.find(({ id }) => id === size)?.priceMicrosPerSecond
  return (
    <ActDialog
      onClose={onClose}
      title="New endpoint"
      act="Create endpoint"
      busy={create.isPending}
      error={create.error}
      cli={avowLine(
        ...['endpoint', 'create', '--model', model, '--size', size, ...scaleWords(scale)],
        ...['--project', projectId],
      )}
      call={{ method: 'POST', path: `/api/v1/projects/${projectId}/endpoints`, body }}
      onSubmit={() => create.mutate(body)}
    >
      {offer?.missing && (
        <Notice kind="bad" title="Endpoints cannot run here yet">
          {offer.missing}
        </Notice>
      )}
      <NativeSelect
        label="Model"
        description="Those whose files are on the machine of this cloud."
        value={model}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={offer?.models ?? []}
      />
      <NativeSelect
        label="Size of each replica"
        value={size}
        onChange={(event) => setSize(event.currentTarget.value as Endpoint['size'])}
        data={(offer?.sizes ?? []).map(({ id, cpus, memoryBytes, priceMicrosPerSecond, misfit }) => ({
          value: id,
          label: `${id}: ${cpus} CPU, ${memoryBytes / 1024 ** 3} GiB, ${hourOf(priceMicrosPerSecond, offer?.currency ?? '')} an hour`,
          disabled: misfit !== null,
        }))}
      />
      <ScaleInputs fields={scale} set={(change) => setScale((before) => ({ ...before, ...change }))} />
      {offer !== undefined && price !== undefined && (
        <p>
          <strong>
            {hourOf(String(BigInt(price) * BigInt(scale.replicasMin)), offer.currency)} to{' '}
            {hourOf(String(BigInt(price) * BigInt(scale.replicasMax)), offer.currency)} an hour
          </strong>
          , by the second in which its replicas run. Calls cost nothing beyond that.
        </p>
      )}
    </ActDialog>
  )
}
