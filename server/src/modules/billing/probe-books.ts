import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openJournal, openProgress } from '../../platform/journal/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { CallOrigins } from './call-origins.ts'
import { copyUsage } from './copy-usage.ts'
import { createMetering, type Metering } from './metering.ts'

/** A call as it stands there; what is sealed is sealed for its organisation. */
export interface BookedCall {
  readonly id: string
  readonly organisationId: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly sealedIpAddress: Buffer | null
  readonly sealedUserAgent: Buffer | null
}

/** What stands in the books, in the order of the calls. */
export interface BookedCalls {
  readonly calls: readonly BookedCall[]
  /** The hourly sums, added up. */
  readonly sums: { readonly requests: number; readonly promptTokens: number; readonly completionTokens: number }
}

/** Books of their own for probes of the gateway: a real journal, carried to tables that end with their connection. */
export interface ProbeBooks {
  readonly metering: Metering
  /** Carries everything to the tables, twice, as after a lost connection, and reads what stands there. */
  booked(): Promise<BookedCalls>
  close(): Promise<void>
}

/** Tables of this name that only this connection sees, and that stand before the real ones. */
const shadow = (table: string): string => `create temporary table ${table} (like public.${table} including all)`

const readBooks = async (client: Client): Promise<BookedCalls> => {
  const { rows: calls } = await client.query<BookedCall>(
    `select id, organisation_id as "organisationId", prompt_tokens as "promptTokens",
       completion_tokens as "completionTokens", sealed_ip_address as "sealedIpAddress",
       sealed_user_agent as "sealedUserAgent" from usage_event order by id`,
  )
  const { rows: sums } = await client.query<Record<'requests' | 'prompt' | 'completion', string | null>>(
    'select sum(requests) as requests, sum(prompt_tokens) as prompt, sum(completion_tokens) as completion from usage_hour',
  )
  const number = (name: 'requests' | 'prompt' | 'completion') => Number(sums[0]?.[name] ?? 0)
  return {
    calls,
    sums: {
      requests: number('requests'),
      promptTokens: number('prompt'),
      completionTokens: number('completion'),
    },
  }
}

/** @param deps.days UTC days, YYYY-MM-DD, on which calls may fall */
export const openProbeBooks = async (deps: {
  databaseUrl: string
  log: Log
  days: readonly string[]
  origins: CallOrigins | null
}): Promise<ProbeBooks> => {
  const folder = mkdtempSync(join(tmpdir(), 'avow-probe-'))
  const journal = openJournal({ folder, reserveBytes: 0 })
  const progress = openProgress({ folder, slots: 8 })
  const metering = createMetering({ journal, progress, log: deps.log, origins: deps.origins })
  const client = new Client({ connectionString: deps.databaseUrl, statement_timeout: 10_000 })
  await client.connect()
  for (const table of ['usage_event', 'usage_hour']) await client.query(shadow(table))
  const days = new Set(deps.days)
  return {
    metering,
    booked: async () => {
      await journal.rotate()
      for (const segment of journal.sealed()) {
        const contents = await journal.read(segment)
        for (const _again of [1, 2])
          await copyUsage(client, contents, days, { disclose: async () => undefined, origins: deps.origins })
      }
      return readBooks(client)
    },
    close: async () => {
      metering.close()
      await journal.close()
      progress.close()
      await client.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
