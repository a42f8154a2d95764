import {
  closeSync,
  existsSync,
  fdatasync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ownFolder } from './owner.ts'
import { decodeSegment, encodeRecord, type SegmentContents } from './segment.ts'

/** Told once its record is on disk (`null`), or that it was not kept (the error). */
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
  /** Keeps a one-line record; `committed` runs after fdatasync. Records keep their order. */
  append(record: string, committed: Committed): void
  /** Closes the file being written, so that all that was appended so far is in `sealed()`. */
  rotate(): Promise<void>
  /** Closed segments, oldest first. */
  sealed(): readonly JournalSegment[]
  read(segment: JournalSegment): Promise<SegmentContents>
  /** Forgets a segment whose records are safe elsewhere. One with damaged lines is set aside as `.damaged` instead. */
  remove(segment: JournalSegment, contents: SegmentContents): void
  /** Bytes in all segments. */
  bytes(): number
  /** Writes what is pending, closes, and gives the folder up. */
  close(): Promise<void>
}

/** The system calls that can meet a full or failing disk; tests make them fail. */
export interface JournalDisk {
  write(fd: number, bytes: Buffer, offset: number, position: number): number
  sync(fd: number, done: (error: Error | null) => void): void
  /** Bytes that this process may still write in the folder's file system. */
  freeBytes(folder: string): number
}

export const realDisk: JournalDisk = {
  write: (fd, bytes, offset, position) => writeSync(fd, bytes, offset, bytes.length - offset, position),
  sync: (fd, done) => fdatasync(fd, done),
  freeBytes: (folder) => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  },
}

export interface JournalOptions {
  /** Made when missing; owned by this process while open. */
  readonly folder: string
  readonly segmentBytesMax?: number
  /** Below this much free space new work is refused, so that work under way can still be recorded. */
  readonly reserveBytes?: number
  readonly probeIntervalMs?: number
  readonly disk?: JournalDisk
  readonly onRefusalChange?: (refusal: string | null) => void
}

const segmentName = /^(\d{12})\.journal$/

/** Opens a journal; what an earlier process left is in `sealed()`. Throws FolderInUse when another process has it. */
export function openJournal(options: JournalOptions): Journal {
  return new FileJournal(options)
}

interface ActiveSegment {
  readonly fd: number
  readonly sequence: number
  bytes: number
  /** The folder's entry is on disk too. */
  listed: boolean
}

class FileJournal implements Journal {
  readonly #folder: string
  readonly #disk: JournalDisk
  readonly #segmentBytesMax: number
  readonly #reserveBytes: number
  readonly #onRefusalChange: (refusal: string | null) => void
  readonly #release: () => void
  readonly #probe: NodeJS.Timeout
  readonly #sealed: JournalSegment[] = []
  #nextSequence = 1
  #active: ActiveSegment | null = null
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
    this.#pending += encodeRecord(record)
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
    return decodeSegment(await readFile(this.#pathOf(segment.sequence)))
  }

  remove(segment: JournalSegment, contents: SegmentContents): void {
    const path = this.#pathOf(segment.sequence)
    if (contents.corruptLines > 0) renameSync(path, `${path}.damaged`)
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
    let active: ActiveSegment
    try {
      active = this.#write(Buffer.from(text))
    } catch (error) {
      this.#fail(waiting, error as Error)
      this.#finishRotations()
      return
    }
    this.#syncing = true
    this.#sync(active, (error) => {
      this.#syncing = false
      if (error) this.#fail(waiting, error)
      else this.#settle(waiting, null)
      this.#finishRotations()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  /** Writes a batch whole or not at all: what a full disk cut off is taken back. */
  #write(bytes: Buffer): ActiveSegment {
    if (this.#active !== null && this.#active.bytes >= this.#segmentBytesMax) this.#seal()
    this.#active ??= this.#create()
    const active = this.#active
    let written = 0
    try {
      while (written < bytes.length) {
        written += this.#disk.write(active.fd, bytes, written, active.bytes + written)
      }
    } catch (error) {
      ftruncateSync(active.fd, active.bytes)
      throw error
    }
    active.bytes += bytes.length
    return active
  }

  #create(): ActiveSegment {
    const sequence = this.#nextSequence++
    return { fd: openSync(this.#pathOf(sequence), 'wx', 0o600), sequence, bytes: 0, listed: false }
  }

  #sync(active: ActiveSegment, done: Committed): void {
    this.#disk.sync(active.fd, (error) => {
      if (error || active.listed) {
        done(error)
        return
      }
      const folder = openSync(this.#folder, 'r')
      fsync(folder, (folderError) => {
        closeSync(folder)
        active.listed = folderError === null
        done(folderError)
      })
    })
  }

  #seal(): void {
    if (this.#active === null) return
    const { fd, sequence, bytes } = this.#active
    this.#active = null
    closeSync(fd)
    if (bytes > 0) this.#sealed.push({ sequence, bytes })
    else rmSync(this.#pathOf(sequence), { force: true })
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
