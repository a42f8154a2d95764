import { Logger } from 'graphile-worker'
import type { Log } from '../log/index.ts'

/** The library's messages may hold payloads, so only that there was one, and how severe, reaches our log. */
export const quietLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error') log.error({ event: 'jobs-library' }, message.split('\n')[0]?.slice(0, 120) ?? '')
  })
