import { FileInput, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import type { BatchesApi } from './batches-api.ts'

const endpoints = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings']

/** Uploads a file of calls and begins a batch of it. */
export const CreateBatchDialog = ({
  api,
  projectId,
  onClose,
}: {
  api: BatchesApi
  projectId: string
  onClose: () => void
}) => {
  const [file, setFile] = useState<File | null>(null)
  const [endpoint, setEndpoint] = useState('/v1/chat/completions')
  const [isMissing, setMissing] = useState(false)
  const create = useAct(
    async ({ of }: { of: string; name: string }) => {
      if (file !== null) await api.create(file, of)
    },
    { changes: [['batches', projectId]], onDone: onClose },
  )
  const name = file?.name ?? 'calls.jsonl'
  return (
    <ActDialog
      onClose={onClose}
      title="New batch"
      act="Begin"
      busy={create.isPending}
      error={create.error}
      cli={avowLine('batches', 'create', name, '--endpoint', endpoint, '--project', projectId)}
      call={{
        method: 'POST',
        path: '/v1/batches',
        body: { input_file_id: 'ID OF THE UPLOADED FILE', endpoint, completion_window: '24h' },
      }}
      onSubmit={() => {
        setMissing(file === null)
        if (file !== null) create.mutate({ of: endpoint, name: file.name })
      }}
    >
      <FileInput
        label="File of calls"
        description="JSON Lines, as OpenAI’s Batch API has them: custom_id, method, url, body. Up to 50,000 lines and 100 MiB."
        placeholder="Choose a file"
        accept=".jsonl,application/jsonl"
        value={file}
        onChange={setFile}
        error={isMissing && file === null ? 'Choose a file first.' : null}
      />
      <NativeSelect
        label="What its lines call"
        value={endpoint}
        onChange={(event) => setEndpoint(event.currentTarget.value)}
        data={endpoints}
      />
      <p className="small soft">
        It is answered within a day, at half the price of other calls. The file and its answers wait sealed until they
        are deleted.
      </p>
    </ActDialog>
  )
}
