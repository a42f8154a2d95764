import { setTimeout as pause } from 'node:timers/promises'
import type { ApiBatch, InferenceApi } from '../../inference-api.ts'
import type { Session } from '../../session.ts'
import { shownTime } from '../../time.ts'
import { instantOf } from '../files/file-acts.ts'

const askEveryMs = 1000
const ended = new Set(['failed', 'completed', 'expired', 'cancelled'])

export const isEnded = ({ status }: ApiBatch): boolean => ended.has(status)

/** "in_progress, 12 of 40 lines, 1 failed". */
export const progressText = ({ status, request_counts: { total, completed, failed } }: ApiBatch): string =>
  total === 0 ? status : `${status}, ${completed + failed} of ${total} lines${failed === 0 ? '' : `, ${failed} failed`}`

export const batchText = (session: Session, batch: ApiBatch): string => {
  const lines = [
    `${session.paint.bold(batch.id)}  ${progressText(batch)}`,
    `  ${batch.endpoint}, lines of ${batch.input_file_id}, until ${shownTime(instantOf(batch.expires_at))}`,
    ...(batch.errors?.data ?? []).map(({ message }) => `  ${session.paint.red(message)}`),
    ...(batch.output_file_id === null ? [] : [`  answers: ${batch.output_file_id}`]),
    ...(batch.error_file_id === null ? [] : [`  errors: ${batch.error_file_id}`]),
  ]
  return `${lines.join('\n')}\n`
}

export const findBatch = (api: InferenceApi, id: string): Promise<ApiBatch> =>
  api.json(`/batches/${encodeURIComponent(id)}`)

/** Waits for the end and tells how far it is. Ctrl-C ends the wait and not the batch. */
export const untilEnded = async (session: Session, api: InferenceApi, begun: ApiBatch): Promise<ApiBatch> => {
  let [batch, told] = [begun, '']
  while (!isEnded(batch)) {
    if (progressText(batch) !== told) session.note(`${progressText(batch)}.`)
    told = progressText(batch)
    await pause(askEveryMs)
    batch = await findBatch(api, begun.id)
  }
  return batch
}
