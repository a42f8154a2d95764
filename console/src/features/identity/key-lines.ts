import type { Key } from '../../app/views.ts'
import { avowLine } from '../../ui/command-line.ts'
import type { keyBodyOf } from './key-form.ts'

type Body = ReturnType<typeof keyBodyOf>

const modelWords = (models: readonly string[]) => models.flatMap((model) => ['--model', model])

/** Limits that are set, as flags. */
const limitWords = ({ allowedModels, requestsPerMinute, tokensPerMinute, concurrentRequests, expiresAt }: Body) => [
  ...modelWords(allowedModels ?? []),
  ...(requestsPerMinute === null ? [] : ['--rpm', requestsPerMinute]),
  ...(tokensPerMinute === null ? [] : ['--tpm', tokensPerMinute]),
  ...(concurrentRequests === null ? [] : ['--concurrent', concurrentRequests]),
  ...(expiresAt === null ? [] : ['--expires', expiresAt]),
]

/** The CLI line that makes the key. */
export const createKeyLine = (body: Body, projectId: string) =>
  avowLine('key', 'create', body.name || 'NAME', ...limitWords(body), '--project', projectId)

/** The CLI line that makes the key be as `body` says, whatever it was before. */
export const updateKeyLine = (body: Body, key: Key) =>
  avowLine(
    ...['key', 'update', key.id, '--name', body.name || 'NAME'],
    ...(body.allowedModels === null ? ['--every-model'] : modelWords(body.allowedModels)),
    ...['--rpm', body.requestsPerMinute ?? 'none', '--tpm', body.tokensPerMinute ?? 'none'],
    ...['--concurrent', body.concurrentRequests ?? 'none'],
    ...['--expires', body.expiresAt ?? 'never', '--project', key.projectId],
  )
