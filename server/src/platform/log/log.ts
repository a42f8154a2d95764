import { pino } from 'pino'

/**
 * The only fields that a log line may carry. An allow-list, since a redact list misses what nobody thought of:
 * no bodies, no credentials, no names, no addresses of people. Anything else is dropped before it is written.
 */
const allowed = {
  event: true,
  part: true,
  method: true,
  route: true,
  status: true,
  durationMs: true,
  requestId: true,
  code: true,
  error: true,
  model: true,
  state: true,
  pid: true,
  port: true,
  url: true,
  count: true,
  bytes: true,
  table: true,
  rule: true,
  gate: true,
  policy: true,
  job: true,
  attempt: true,
  source: true,
  file: true,
  signal: true,
  keyId: true,
  personId: true,
  organisationId: true,
  projectId: true,
} as const

export type LogField = keyof typeof allowed
export type LogFields = { [K in LogField]?: string | number | boolean | null | undefined }

export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A log for one part; its name stands on each line. */
  child(part: string): Log
}

const longestValue = 2000

/** Keeps allowed scalar fields only, cut to a length. */
export const allowOnly = (fields: object): Record<string, unknown> => {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(allowed, name)) continue
    if (typeof value === 'string') kept[name] = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[name] = value
  }
  return kept
}

/** Structured log, one JSON object a line, to `destination` (default: standard error). */
export const createLog = (level: string, destination: { write(line: string): void } = process.stderr): Log => {
  const wrap = (logger: pino.Logger): Log => ({
    debug: (fields, message) => logger.debug(allowOnly(fields), message),
    info: (fields, message) => logger.info(allowOnly(fields), message),
    warn: (fields, message) => logger.warn(allowOnly(fields), message),
    error: (fields, message) => logger.error(allowOnly(fields), message),
    child: (part) => wrap(logger.child({ part })),
  })
  return wrap(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination))
}

/** What of a thrown thing may be logged: its class, code and where it came from; the message only of our own errors. */
export const describeError = (error: unknown): { error: string; code?: string } => {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const place = error.stack
    ?.split('\n')
    .find((line) => line.includes('/server/src/'))
    ?.trim()
  return { error: [error.name, place].filter(Boolean).join(' '), ...(code === undefined ? {} : { code }) }
}
