import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { choiceFlag, command, one, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliFailure, exitCodes, ResultFailure } from '../../failure.ts'
import { type ApiBatch, openInference } from '../../inference-api.ts'
import { relativeTime } from '../../time.ts'
import { instantOf, save, show, upload } from '../files/file-acts.ts'
import { batchText, findBatch, isEnded, progressText, untilEnded } from './batch-text.ts'

const keyFlag = textFlag('--api-key <key>', 'the key to ask with (AVOW_API_KEY)')
const endpoints = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings'] as const

export const createBatch = command({
  summary: 'Run the calls of a file as a batch, within a day and at half the price',
  details:
    'Takes a file of this machine, which it uploads, or the id of one that was uploaded. The batch runs on the limits and budgets of the API key, and goes on when this command is interrupted. A key that runs out by itself does not end it; a revoked one does.',
  args: { input: one('a file of JSON Lines, or the id of an uploaded one') },
  flags: {
    apiKey: keyFlag,
    endpoint: choiceFlag('--endpoint <path>', 'what its lines call; chats if not given', endpoints),
    wait: switchFlag('--wait', 'wait for its end, and tell how far it is; ends with 1 unless it is completed'),
  },
  takes: ['project'],
  examples: [
    ['avow batches create calls.jsonl --wait', ''],
    ['avow batches create file_01… --endpoint /v1/embeddings', 'of a file that is there already'],
  ],
  run: async (session, { input, endpoint, wait }) => {
    const api = await openInference(session)
    const isHere = existsSync(resolve(session.world.workingFolder, input))
    const fileId = isHere || !input.startsWith('file') ? (await upload(session, api, input)).id : input
    const wanted = { input_file_id: fileId, endpoint: endpoint ?? endpoints[0], completion_window: '24h' }
    const begun = await api.post<ApiBatch>('/batches', wanted)
    const batch = wait ? await untilEnded(session, api, begun) : begun
    session.print(batch, () => batchText(session, batch))
    if (wait && batch.status !== 'completed')
      throw new ResultFailure(`the batch ended and is ${batch.status}`, exitCodes.failed)
  },
})

export const listBatches = command({
  summary: 'List batches of the project, newest first',
  flags: { apiKey: keyFlag },
  takes: ['project', 'pages'],
  examples: [['avow batches list', '']],
  run: async (session) => {
    const api = await openInference(session)
    const page = await session.pages<ApiBatch>((query) => api.list('/batches', query))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'ID', value: ({ id }) => id },
        { title: 'STATE', value: progressText },
        { title: 'ENDPOINT', value: ({ endpoint }) => endpoint, leftOutAs: 1 },
        { title: 'MADE', value: ({ created_at: at }) => relativeTime(instantOf(at), now) },
        { title: 'ENDS BY', value: (row) => (isEnded(row) ? '-' : relativeTime(instantOf(row.expires_at), now)) },
      ],
      'There is no batch. Begin one: avow batches create FILE',
    )
  },
})

export const getBatch = command({
  summary: 'Show a batch: how far it is, what is wrong with its input, where its answers are',
  args: { id: one('the id of a batch') },
  flags: { apiKey: keyFlag, wait: switchFlag('--wait', 'wait for its end, and tell how far it is') },
  takes: ['project'],
  examples: [['avow batches get batch_01… --wait', '']],
  run: async (session, { id, wait }) => {
    const api = await openInference(session)
    const now = await findBatch(api, id)
    const batch = wait ? await untilEnded(session, api, now) : now
    session.print(batch, () => batchText(session, batch))
  },
})

export const cancelBatch = command({
  summary: 'Cancel a batch: lines under way end, no more begin, what is done stays',
  args: { id: one('the id of a batch') },
  flags: { apiKey: keyFlag },
  takes: ['project', 'confirmation'],
  examples: [['avow batches cancel batch_01… --yes', '']],
  run: async (session, { id }) => {
    const api = await openInference(session)
    await confirm(session, `Cancel ${id}?`)
    const batch = await api.post<ApiBatch>(`/batches/${encodeURIComponent(id)}/cancel`, {})
    session.print(batch, () => batchText(session, batch))
  },
})

export const downloadBatch = command({
  summary: 'Write the answers of a batch, or its errors, to a file or to standard output',
  args: { id: one('the id of a batch') },
  flags: {
    apiKey: keyFlag,
    errors: switchFlag('--errors', 'the lines that failed or were not run'),
    out: textFlag('--out <file>', 'where to write it'),
  },
  takes: ['project'],
  examples: [['avow batches download batch_01… --out answers.jsonl', '']],
  run: async (session, { id, errors, out }) => {
    const api = await openInference(session)
    const batch = await findBatch(api, id)
    if (!isEnded(batch))
      throw new CliFailure(
        `The batch is ${progressText(batch)}`,
        exitCodes.failed,
        `Wait for it: avow batches get ${id} --wait`,
      )
    const fileId = errors ? batch.error_file_id : batch.output_file_id
    if (fileId === null)
      throw new CliFailure(
        `The batch has no ${errors ? 'errors' : 'answers'}`,
        exitCodes.notFound,
        `See avow batches get ${id}`,
      )
    if (out === undefined) return show(session, api, fileId)
    const bytes = await save(session, api, fileId, out)
    session.print({ id, fileId, file: out, bytes }, () => `Written to ${out} (${bytes} bytes).\n`)
  },
})
