import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { type Batch, type BatchesApi, isEnded } from './batches-api.ts'

interface Of {
  api: BatchesApi
  projectId: string
  batch: Batch
}

/** Saves what came as a file of the person's machine. */
const save = (blob: Blob, name: string): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

const CancelDialog = ({ api, projectId, batch, onClose }: Of & { onClose: () => void }) => {
  const cancel = useAct(() => api.cancel(batch.id), { changes: [['batches', projectId]], onDone: onClose })
  return (
    <ActDialog
      onClose={onClose}
      title="Cancel this batch"
      act="Cancel the batch"
      danger
      busy={cancel.isPending}
      error={cancel.error}
      cli={avowLine('batches', 'cancel', batch.id, '--yes', '--project', projectId)}
      call={{ method: 'POST', path: `/v1/batches/${batch.id}/cancel` }}
      onSubmit={() => cancel.mutate(undefined)}
    >
      <p>Lines under way end, and no more begin. What was answered until then stays and is counted.</p>
    </ActDialog>
  )
}

/** What is wrong with a batch's input. */
const ProblemsDialog = ({ projectId, batch, onClose }: Omit<Of, 'api'> & { onClose: () => void }) => (
  <Dialog title="What is wrong with the file" onClose={onClose} shape="wide">
    <div className="stack">
      <ul>
        {batch.errors?.data.map(({ line, message }) => (
          <li key={`${line} ${message}`}>{message}</li>
        ))}
      </ul>
      <SameAct
        cli={avowLine('batches', 'get', batch.id, '--project', projectId)}
        call={{ method: 'GET', path: `/v1/batches/${batch.id}` }}
      />
    </div>
  </Dialog>
)

/** What can be done with a batch now. */
export const BatchActs = ({ api, projectId, batch }: Of) => {
  const [open, setOpen] = useState<'cancel' | 'problems' | null>(null)
  const download = useAct(async ({ fileId, name }: { fileId: string; name: string }) =>
    save(await api.content(fileId), name),
  )
  const files = [
    { fileId: batch.output_file_id, word: 'Answers', name: `${batch.id}-answers.jsonl` },
    { fileId: batch.error_file_id, word: 'Errors', name: `${batch.id}-errors.jsonl` },
  ]
  const of = <span className="only-read"> of {batch.id}</span>
  return (
    <>
      <div className="row-actions">
        {files.map(
          ({ fileId, word, name }) =>
            fileId !== null && (
              <Button
                key={word}
                size="xs"
                variant="default"
                loading={download.isPending && download.variables.fileId === fileId}
                onClick={() => download.mutate({ fileId, name })}
              >
                {word}
                {of}
              </Button>
            ),
        )}
        {batch.errors !== null && (
          <Button size="xs" variant="default" onClick={() => setOpen('problems')}>
            What is wrong{of}
          </Button>
        )}
        {!isEnded(batch) && batch.status !== 'cancelling' && (
          <Button size="xs" variant="default" onClick={() => setOpen('cancel')}>
            Cancel{of}
          </Button>
        )}
      </div>
      <ProblemNotice error={download.error} />
      {open === 'cancel' && <CancelDialog {...{ api, projectId, batch }} onClose={() => setOpen(null)} />}
      {open === 'problems' && <ProblemsDialog {...{ projectId, batch }} onClose={() => setOpen(null)} />}
    </>
  )
}
