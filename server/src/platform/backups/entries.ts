import { BackupUnreadable } from './backup-key.ts'

/** A part of a backup: what it is, and its bytes. */
export interface Entry<Head = unknown> {
  readonly head: Head
  readonly body: AsyncIterable<Buffer>
}

const lengthBytes = 4

const framed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const end = Buffer.alloc(lengthBytes)

/** Entries as one stream: head, pieces and an empty frame for each; a second empty frame ends it all. */
export async function* writeEntries(entries: AsyncIterable<Entry>): AsyncGenerator<Buffer> {
  for await (const { head, body } of entries) {
    yield framed(Buffer.from(JSON.stringify(head)))
    for await (const piece of body) if (piece.length > 0) yield framed(piece)
    yield end
  }
  yield end
}

/** Reads frames; null for an empty one. */
const createFrameReader = (source: AsyncIterable<Buffer>) => {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const need = async (bytes: number): Promise<Buffer> => {
    const parts = [rest]
    for (let have = rest.length; have < bytes; ) {
      const { done, value } = await pieces.next()
      if (done === true) throw new BackupUnreadable('the backup ends in the middle of an entry')
      parts.push(value)
      have += value.length
    }
    const all = Buffer.concat(parts)
    rest = all.subarray(bytes)
    return all.subarray(0, bytes)
  }
  return {
    next: async (): Promise<Buffer | null> => {
      const length = (await need(lengthBytes)).readUInt32BE()
      return length === 0 ? null : need(length)
    },
    /** Reads on to the very end, so that what follows is authenticated too. */
    drain: async (): Promise<void> => {
      while ((await pieces.next()).done !== true);
    },
  }
}

/** Gives each entry of a stream in turn; what the reader leaves of a body is skipped. @throws BackupUnreadable */
export const readEntries = async (
  source: AsyncIterable<Buffer>,
  take: (entry: Entry) => Promise<void>,
): Promise<void> => {
  const frames = createFrameReader(source)
  for (let head = await frames.next(); head !== null; head = await frames.next()) {
    let isDone = false
    const body = async function* (): AsyncGenerator<Buffer> {
      for (let piece = await frames.next(); piece !== null; piece = await frames.next()) yield piece
      isDone = true
    }
    await take({ head: JSON.parse(head.toString()) as unknown, body: body() })
    while (!isDone) isDone = (await frames.next()) === null
  }
  await frames.drain()
}
