import type { Journal, Progress, Slot } from '../../platform/journal/index.ts'
import { describeError, type Log } from '../../platform/log/index.ts'
import type { CallOrigins } from './call-origins.ts'
import { priceUsage } from './price-usage.ts'
import type { UsageEvent } from './usage-event.ts'
import { decodeUsageLine, encodeUsageLine } from './usage-line.ts'

/** Books usage on this machine's disk before the caller has the answer; the shipper carries it to the database. */
export interface Metering {
  /** Where a call's origin is to be noted; null: the policy keeps none of it. */
  readonly origins: Pick<CallOrigins, 'note'> | null
  /** Why no new request may start, because it could not be booked; null when all is well. */
  refusal(): string | null
  /** Books a finished request. `done` gets an error when it was not kept: then the answer must not be given. */
  record(event: UsageEvent, done: (error: Error | null) => void): void
  /** Books a stream as it goes. Null when too many streams are open. */
  begin(event: UsageEvent): MeteredStream | null
}

export interface MeteredStream {
  /** Sets what was produced so far. `promptTokens` 0: not known, the estimate of `begin` stands. */
  count(completionTokens: number, promptTokens: number): void
  /** Runs in this turn of the event loop, once the counts are where a kill cannot take them: deliver then. */
  whenCounted(deliver: () => void): void
  /**
   * Books the end of the stream. `done` always runs: on a full disk the end is kept in memory and tried again, while
   * the running count already holds it.
   */
  finish(event: UsageEvent, done: () => void): void
}

const retryMs = 1000

/** `recovered` are streams that a killed process left open: they are booked as interrupted. */
export const createMetering = (deps: {
  journal: Journal
  progress: Progress
  log: Log
  origins?: Pick<CallOrigins, 'note'> | null
}): Metering & { readonly recovered: Promise<number>; close(): void } => {
  const { journal, progress, log } = deps
  const unbooked = new Map<Slot, string>()

  const book = (slot: Slot, line: string, done: () => void): void =>
    journal.append(line, (error) => {
      if (error === null) {
        unbooked.delete(slot)
        progress.end(slot)
      } else unbooked.set(slot, line)
      done()
    })

  const retry = setInterval(() => {
    if (!journal.accepting()) return
    for (const [slot, line] of unbooked) {
      unbooked.delete(slot)
      book(slot, line, () => undefined)
    }
  }, retryMs)
  retry.unref()

  const stream = (slot: Slot): MeteredStream => ({
    count: (completionTokens, promptTokens) => progress.mark(slot, completionTokens, promptTokens),
    whenCounted: (deliver) =>
      progress.whenWritten((error) => {
        if (error) log.error({ event: 'progress-failed', ...describeError(error) }, 'a stream’s count was not written')
        deliver()
      }),
    finish: (event, done) => {
      progress.mark(slot, event.completionTokens, event.promptTokens)
      progress.whenWritten(() => book(slot, encodeUsageLine(event), done))
    },
  })

  const recovered = bookLeftOpen(journal, progress)
  recovered.catch(() => undefined)
  return {
    origins: deps.origins ?? null,
    refusal: () => journal.refusal(),
    record: (event, done) => journal.append(encodeUsageLine(event), done),
    begin: (event) => {
      const slot = progress.begin(encodeUsageLine(event))
      return slot === null ? null : stream(slot)
    },
    recovered,
    close: () => clearInterval(retry),
  }
}

const bookLeftOpen = async (journal: Journal, progress: Progress): Promise<number> => {
  const left = progress
    .leftOpen()
    .map(({ note, counts }) => interrupt(decodeUsageLine(note), counts.first, counts.second))
  await Promise.all(
    left.map(
      (event) =>
        new Promise<void>((resolve, reject) =>
          journal.append(encodeUsageLine(event), (error) => (error ? reject(error) : resolve())),
        ),
    ),
  )
  progress.forgetLeftOpen()
  return left.length
}

const interrupt = (begun: UsageEvent, completionTokens: number, promptTokens: number): UsageEvent => {
  const counts = { promptTokens: promptTokens || begun.promptTokens, completionTokens }
  return { ...begun, ...counts, outcome: 'interrupted', costMicros: priceUsage(counts, begun) }
}
