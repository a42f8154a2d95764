import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ownFolder } from './owner.ts'
import { decodeSegment, encodeBatch, type SegmentContents } from './segment.ts'
import { type JournalDisk, realDisk, SegmentFile } from './segment-file.ts'

/** Told once its record is kept (`null`), or that it is not (the error). */
export type Committed = (error: Error | null) => void

export interface JournalSegment {
  readonly sequence: number
  readonly bytes: number
}

/** An append-only log on local disk, written by one process. */
export interface Journal {
  /** False while the disk is full or failing: take no new work that would have to be recorded. */
  accepting(): boolean
  /** Why it does not accept; null while it does. */
  refusal(): string | null
  /** Keeps a one-line record that does not begin with '#'; see `syncDelayMs` for when. Records keep their order. */
  append(record: string, committed: Committed): void
  /** Closes the file being written, so that all that was appended so far is in `sealed()`. */
  rotate(): Promise<void>
  /** Closed segments, oldest first. */
  sealed(): readonly JournalSegment[]
  /** What it holds; valid until the next call. */
  read(segment: JournalSegment): Promise<SegmentContents>
  /** Forgets a segment whose records are safe elsewhere. One with damage is set aside as `.damaged` instead. */
  remove(segment: JournalSegment, contents: SegmentContents): void
  /** Bytes in all segments. */
  bytes(): number
  /** Writes what is pending, closes, and gives the folder up. */
  close(): Promise<void>
}

export interface JournalOptions {
  /** Made when missing; owned by this process while open. */
  readonly folder: string
  readonly segmentBytesMax?: number
  /** Below this much free space new work is refused, so that work under way can still be recorded. */
  readonly reserveBytes?: number
  readonly probeIntervalMs?: number
  /**
   * Null (the default): a writer is told after fdatasync, so that not even a power cut loses its record. A number: it is
   * told after write(), which a kill of the process cannot undo, and fdatasync follows within so many milliseconds.
   */
  readonly syncDelayMs?: number | null
  readonly disk?: JournalDisk
  readonly onRefusalChange?: (refusal: string | null) => void
}

const segmentName = /^(\d{12})\.journal$/

/** Opens a journal; what an earlier process left is in `sealed()`. Throws FolderInUse when another process has it. */
export function openJournal(options: JournalOptions): Journal {
  return new FileJournal(options)
}

class FileJournal implements Journal {
  readonly #folder: string
  readonly #disk: JournalDisk
  readonly #segmentBytesMax: number
  readonly #reserveBytes: number
  readonly #syncDelayMs: number | null
  readonly #onRefusalChange: (refusal: string | null) => void
  readonly #release: () => void
  readonly #probe: NodeJS.Timeout
  readonly #sealed: JournalSegment[] = []
  #nextSequence = 1
  #active: SegmentFile | null = null
  #lastBytes = 0
  #readBuffer: Buffer = Buffer.alloc(0)
  #syncTimer: NodeJS.Timeout | null = null
  #lastSealed: Promise<void> = Promise.resolve()
  #pending = ''
  #waiting: Committed[] = []
  #rotations: { readonly after: number; readonly done: () => void }[] = []
  #appended = 0
  #settled = 0
  #scheduled = false
  #syncing = false
  #refusal: string | null = null
  #writeFailed = false
  #closed = false

  constructor(options: JournalOptions) {
    this.#folder = options.folder
    this.#disk = options.disk ?? realDisk
    this.#segmentBytesMax = options.segmentBytesMax ?? 4 * 1024 * 1024
    this.#reserveBytes = options.reserveBytes ?? 16 * 1024 * 1024
    this.#syncDelayMs = options.syncDelayMs ?? null
    this.#onRefusalChange = options.onRefusalChange ?? (() => undefined)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#release = ownFolder(this.#folder)
    this.#findSegments()
    this.#checkSpace()
    this.#probe = setInterval(() => this.#checkSpace(), options.probeIntervalMs ?? 1000)
    this.#probe.unref()
  }

  accepting(): boolean {
    return this.#refusal === null
  }

  refusal(): string | null {
    return this.#refusal
  }

  append(record: string, committed: Committed): void {
    if (this.#closed) {
      committed(new Error('the journal is closed'))
      return
    }
    if (record === '' || record.includes('\n') || record.startsWith('#')) {
      throw new Error("a journal record is a single line that does not begin with '#'")
    }
    this.#pending += `${record}\n`
    this.#waiting.push(committed)
    this.#appended++
    this.#schedule()
  }

  rotate(): Promise<void> {
    return new Promise((resolve) => {
      this.#rotations.push({ after: this.#appended, done: resolve })
      this.#schedule()
    })
  }

  sealed(): readonly JournalSegment[] {
    return [...this.#sealed]
  }

  async read(segment: JournalSegment): Promise<SegmentContents> {
    const file = await open(this.#pathOf(segment.sequence))
    try {
      const { size } = await file.stat()
      // Used again and again: megabytes a second of fresh memory would keep the collector of the whole process busy.
      if (this.#readBuffer.length < size) this.#readBuffer = Buffer.allocUnsafe(size)
      const { bytesRead } = await file.read(this.#readBuffer, 0, size, 0)
      return decodeSegment(this.#readBuffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  }

  remove(segment: JournalSegment, contents: SegmentContents): void {
    const path = this.#pathOf(segment.sequence)
    if (contents.damaged > 0) renameSync(path, `${path}.damaged`)
    else rmSync(path, { force: true })
    const index = this.#sealed.findIndex((one) => one.sequence === segment.sequence)
    if (index !== -1) this.#sealed.splice(index, 1)
  }

  bytes(): number {
    return this.#sealed.reduce((sum, one) => sum + one.bytes, this.#active?.bytes ?? 0)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    clearInterval(this.#probe)
    await this.rotate()
    this.#closed = true
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer)
    await this.#lastSealed
    this.#release()
  }

  #findSegments(): void {
    for (const name of readdirSync(this.#folder).sort()) {
      const sequence = Number(segmentName.exec(name.replace(/\.damaged$/, ''))?.[1] ?? 0)
      if (sequence === 0) continue
      this.#nextSequence = Math.max(this.#nextSequence, sequence + 1)
      if (!name.endsWith('.damaged')) {
        this.#sealed.push({ sequence, bytes: statSync(join(this.#folder, name)).size })
      }
    }
  }

  #pathOf(sequence: number): string {
    return join(this.#folder, `${String(sequence).padStart(12, '0')}.journal`)
  }

  /** One commit for all that arrives in this turn of the event loop, or while the disk is busy with the last one. */
  #schedule(): void {
    if (this.#scheduled || this.#syncing) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#commit()
    })
  }

  #commit(): void {
    const text = this.#pending
    const waiting = this.#waiting
    this.#pending = ''
    this.#waiting = []
    if (waiting.length === 0) {
      this.#finishRotations()
      return
    }
    let active: SegmentFile
    try {
      active = this.#write(encodeBatch(text))
    } catch (error) {
      this.#fail(waiting, error as Error)
      this.#finishRotations()
      return
    }
    if (this.#syncDelayMs === null) this.#syncNow(active, waiting)
    else {
      this.#settle(waiting, null)
      this.#finishRotations()
      this.#syncSoon(this.#syncDelayMs)
    }
  }

  #syncNow(active: SegmentFile, waiting: readonly Committed[]): void {
    this.#syncing = true
    active.sync((error) => {
      this.#syncing = false
      if (error) this.#fail(waiting, error)
      else this.#settle(waiting, null)
      this.#finishRotations()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #syncSoon(delayMs: number): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = null
      this.#active?.sync((error) => {
        if (error) this.#fail([], error)
      })
    }, delayMs)
  }

  #write(batch: Buffer): SegmentFile {
    if (this.#active !== null && this.#active.bytes >= this.#segmentBytesMax) this.#seal()
    if (this.#active === null) {
      const sequence = this.#nextSequence++
      this.#active = new SegmentFile(this.#pathOf(sequence), sequence, this.#disk, this.#lastBytes)
    }
    this.#active.write(batch)
    return this.#active
  }

  #seal(): void {
    if (this.#active === null) return
    const active = this.#active
    const { sequence, bytes } = active
    this.#active = null
    if (this.#syncDelayMs !== null) {
      this.#lastSealed = new Promise((resolve) => {
        active.sync((error) => {
          if (error) this.#fail([], error)
          resolve()
        })
      })
    }
    active.close()
    this.#lastBytes = bytes
    if (bytes > 0) this.#sealed.push({ sequence, bytes })
  }

  #finishRotations(): void {
    const due = this.#rotations.filter((rotation) => rotation.after <= this.#settled)
    if (due.length === 0) return
    this.#rotations = this.#rotations.filter((rotation) => rotation.after > this.#settled)
    this.#seal()
    for (const { done } of due) done()
  }

  #settle(waiting: readonly Committed[], error: Error | null): void {
    this.#settled += waiting.length
    for (const committed of waiting) committed(error)
  }

  #fail(waiting: readonly Committed[], error: Error): void {
    this.#writeFailed = true
    this.#refuse(`the journal cannot be written: ${error.message}`)
    this.#settle(waiting, error)
  }

  /** After a failed write only a real write that reaches the disk says that all is well again. */
  #checkSpace(): void {
    try {
      const free = this.#disk.freeBytes(this.#folder)
      if (free < this.#reserveBytes) {
        this.#refuse(`the disk is nearly full: ${free} bytes free, ${this.#reserveBytes} needed`)
        return
      }
    } catch (error) {
      this.#refuse(`the disk cannot be examined: ${(error as Error).message}`)
      return
    }
    if (this.#writeFailed) this.#tryWrite()
    else this.#refuse(null)
  }

  #tryWrite(): void {
    const path = join(this.#folder, 'probe')
    if (existsSync(path)) rmSync(path)
    let fd: number
    try {
      fd = openSync(path, 'wx', 0o600)
    } catch {
      return
    }
    const finish = (error: Error | null): void => {
      closeSync(fd)
      rmSync(path, { force: true })
      if (error) return
      this.#writeFailed = false
      this.#refuse(null)
    }
    try {
      this.#disk.write(fd, Buffer.alloc(4096), 0, 0)
    } catch (error) {
      finish(error as Error)
      return
    }
    this.#disk.sync(fd, finish)
  }

  #refuse(refusal: string | null): void {
    const changed = (refusal === null) !== (this.#refusal === null)
    this.#refusal = refusal
    if (changed) this.#onRefusalChange(refusal)
  }
}
