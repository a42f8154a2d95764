import { command, one, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { type ApiFile, openInference } from '../../inference-api.ts'
import type { Session } from '../../session.ts'
import { relativeTime, shownTime } from '../../time.ts'
import { instantOf, save, show, upload } from './file-acts.ts'

const keyFlag = textFlag('--api-key <key>', 'the key to ask with (AVOW_API_KEY)')

const fileText = (session: Session, file: ApiFile): string =>
  `${session.paint.bold(file.id)}  ${file.filename}, ${file.bytes} bytes, ${file.purpose}. Goes by itself: ${shownTime(instantOf(file.expires_at))}\n`

export const uploadFile = command({
  summary: 'Upload a file of calls for a batch',
  details:
    'One call a line, as OpenAI’s Batch API has them: custom_id, method, url, body. It is kept sealed, until you delete it and for at most as long as the policy says.',
  args: { path: one('a file of JSON Lines') },
  flags: { apiKey: keyFlag },
  takes: ['project'],
  examples: [['avow files upload calls.jsonl', '']],
  run: async (session, { path }) => {
    const file = await upload(session, await openInference(session), path)
    session.print(file, () => fileText(session, file))
  },
})

export const listFiles = command({
  summary: 'List files of the project, newest first',
  flags: { apiKey: keyFlag },
  takes: ['project', 'pages'],
  examples: [['avow files list', '']],
  run: async (session) => {
    const api = await openInference(session)
    const page = await session.pages<ApiFile>((query) => api.list('/files', query))
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'ID', value: ({ id }) => id },
        { title: 'NAME', value: ({ filename }) => filename, mayShrink: true },
        { title: 'BYTES', value: ({ bytes }) => String(bytes), right: true },
        { title: 'PURPOSE', value: ({ purpose }) => purpose },
        { title: 'MADE', value: ({ created_at: at }) => relativeTime(instantOf(at), now) },
        { title: 'GOES', value: ({ expires_at: at }) => relativeTime(instantOf(at), now), leftOutAs: 1 },
      ],
      'There is no file. Upload one: avow files upload FILE',
    )
  },
})

export const showFile = command({
  summary: 'Show a file: its name, size and when it goes by itself',
  args: { id: one('the id of a file') },
  flags: { apiKey: keyFlag },
  takes: ['project'],
  examples: [['avow files show file_01…', '']],
  run: async (session, { id }) => {
    const file = await (await openInference(session)).json<ApiFile>(`/files/${encodeURIComponent(id)}`)
    session.print(file, () => fileText(session, file))
  },
})

export const fileContent = command({
  summary: 'Write what is in a file to standard output, or to a file',
  args: { id: one('the id of a file') },
  flags: { apiKey: keyFlag, out: textFlag('--out <file>', 'where to write it') },
  takes: ['project'],
  examples: [['avow files content file_01… | jq .response.body', 'the answers of a batch']],
  run: async (session, { id, out }) => {
    const api = await openInference(session)
    if (out === undefined) return show(session, api, id)
    const bytes = await save(session, api, id, out)
    session.print({ id, file: out, bytes }, () => `Written to ${out} (${bytes} bytes).\n`)
  },
})

export const deleteFile = command({
  summary: 'Delete a file at once',
  details: 'It is gone when this command ends, and in no backup. A batch that reads it ends with what it has done.',
  args: { id: one('the id of a file') },
  flags: { apiKey: keyFlag },
  takes: ['project', 'confirmation'],
  examples: [['avow files delete file_01… --yes', '']],
  run: async (session, { id }) => {
    const api = await openInference(session)
    await confirm(session, `Delete ${id}? It cannot be brought back.`)
    const gone = await api.json(`/files/${encodeURIComponent(id)}`, { method: 'DELETE' })
    session.print(gone, () => `Deleted ${id}.\n`)
  },
})
