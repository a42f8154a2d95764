import type { UsageEvent } from './usage-event.ts'

/**
 * The columns of a line, in its order: it is a row of COPY's text format, so that carrying usage to the database needs
 * no parsing. A line is also what the journal keeps: add columns at the end only, and read lines that lack them.
 */
export const usageColumns = `id, at, organisation_id, project_id, key_id, model, served, provider, stream, outcome, status,
  prompt_tokens, completion_tokens, estimated, first_byte_ms, duration_ms, currency, prompt_micros_per_million,
  completion_micros_per_million, cost_micros`

/** How many of them there are. A line may have one field more: whence the call came, which is not stored as it stands. */
export const usageColumnCount = 20

const text = '([^\\t\\n]+)'
const number = '(\\d{1,18})'
const lineShape = new RegExp(
  `^${[
    text,
    '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)',
    ...[text, text, text, text],
    '(embedded|upstream)',
    text,
    '(true|false)',
    '(completed|client_gone|upstream_refused|upstream_failed|interrupted)',
    '(\\d{3})',
    ...['(\\d{1,10})', '(\\d{1,10})'],
    '(true|false)',
    '(\\\\N|\\d{1,10})',
    '(\\d{1,10})',
    text,
    ...[number, number, number],
  ].join('\\t')}(?:\\t([\\w-]{40,800}))?$`,
)

/** An event as one line without its newline. */
export const encodeUsageLine = (e: UsageEvent): string =>
  `${e.id}\t${new Date(e.atMs).toISOString()}\t${toCopyText(e.organisationId)}\t${toCopyText(e.projectId)}\t${toCopyText(e.keyId)}\t${toCopyText(e.model)}\t${e.served}\t${e.provider === null ? '\\N' : toCopyText(e.provider)}\t${e.stream}\t${e.outcome}\t${e.status}\t${e.promptTokens}\t${e.completionTokens}\t${e.estimated}\t${e.firstByteMs ?? '\\N'}\t${e.durationMs}\t${e.currency}\t${e.promptMicrosPerMillion}\t${e.completionMicrosPerMillion}\t${e.costMicros}${e.origin === null ? '' : `\t${e.origin}`}`

/** Whether a line can be carried to the database. */
export const isUsageLine = (line: string): boolean => lineShape.test(line)

/** Throws on a line that is not one of ours. */
export const decodeUsageLine = (line: string): UsageEvent => {
  if (!isUsageLine(line)) throw new Error('not a line of usage')
  const [id, at, organisationId, projectId, keyId, model, served, provider, ...rest] = line
    .split('\t')
    .map(fromCopyText)
  const [stream, outcome, status, prompt, completion, estimated, firstByte, duration, currency, ...prices] = rest
  const [promptPrice, completionPrice, cost, origin] = prices
  return {
    id: id ?? '',
    atMs: Date.parse(at ?? ''),
    organisationId: organisationId ?? '',
    projectId: projectId ?? '',
    keyId: keyId ?? '',
    model: model ?? '',
    served: served as UsageEvent['served'],
    provider: provider === nothing ? null : (provider ?? null),
    stream: stream === 'true',
    outcome: outcome as UsageEvent['outcome'],
    status: Number(status),
    promptTokens: Number(prompt),
    completionTokens: Number(completion),
    estimated: estimated === 'true',
    firstByteMs: firstByte === nothing ? null : Number(firstByte),
    durationMs: Number(duration),
    currency: currency ?? '',
    promptMicrosPerMillion: BigInt(promptPrice ?? 0),
    completionMicrosPerMillion: BigInt(completionPrice ?? 0),
    costMicros: BigInt(cost ?? 0),
    origin: origin ?? null,
  }
}

const nothing = '\\N'
const special = /[\\\t\n\r]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const meanings: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r' }

const toCopyText = (value: string): string =>
  special.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character) : value

export const fromCopyText = (value: string): string =>
  value === nothing || !value.includes('\\') ? value : value.replace(/\\[\\tnr]/g, (pair) => meanings[pair] ?? pair)
