import { setTimeout as sleep } from 'node:timers/promises'
import type OpenAI from 'openai'
import type { Script } from './mock-upstream.ts'

const endpoint = '/v1/chat/completions'

/** A call of a batch, as a line of its input. */
export const batchLine = (
  customId: string,
  model: string,
  content: string,
  more: Record<string, unknown> = {},
): string =>
  JSON.stringify({
    ...{ custom_id: customId, method: 'POST', url: endpoint },
    body: { model, messages: [{ role: 'user', content }], ...more },
  })

/** The same for the mock: it answers as the script says. */
export const mockLine = (customId: string, script: Script = {}): string =>
  batchLine(customId, 'mock', JSON.stringify({ ...script, name: customId }))

/** Uploads lines and begins a batch of them, with the official client. */
export const beginBatch = async (openai: OpenAI, lines: readonly string[]): Promise<OpenAI.Batch> => {
  const file = await openai.files.create({ file: new File([lines.join('\n')], 'calls.jsonl'), purpose: 'batch' })
  return openai.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' })
}

const ended = new Set(['completed', 'failed', 'expired', 'cancelled'])
export const isEnded = ({ status }: OpenAI.Batch): boolean => ended.has(status)

/** Asks until a batch is so; gives up after half a minute. */
export const untilBatch = async (
  openai: OpenAI,
  id: string,
  isSo: (batch: OpenAI.Batch) => boolean,
): Promise<OpenAI.Batch> => {
  const giveUpAt = performance.now() + 30_000
  for (;;) {
    const batch = await openai.batches.retrieve(id)
    if (isSo(batch)) return batch
    if (performance.now() > giveUpAt) throw new Error(`the batch stays so: ${JSON.stringify(batch)}`)
    await sleep(50)
  }
}

/** A line of an output or error file. */
export interface BatchAnswer {
  readonly custom_id: string
  readonly response: { readonly status_code: number; readonly body: OpenAI.ChatCompletion } | null
  readonly error: { readonly code: string } | null
}

/** The lines of a batch's file; none where it has no such file. */
export const answersIn = async (openai: OpenAI, fileId: string | null | undefined): Promise<BatchAnswer[]> => {
  if (fileId == null) return []
  const text = await (await openai.files.content(fileId)).text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BatchAnswer)
}

/** What answers say was used, together. */
export const usedBy = (answers: readonly BatchAnswer[]) => {
  const total = { promptTokens: 0, completionTokens: 0 }
  for (const { response } of answers) {
    total.promptTokens += response?.body.usage?.prompt_tokens ?? 0
    total.completionTokens += response?.body.usage?.completion_tokens ?? 0
  }
  return total
}
