import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Work under way whose running count must survive a kill. */
export interface OpenWork {
  /** The note given to `begin`. */
  readonly note: string
  readonly counts: ProgressCounts
}

export interface ProgressCounts {
  readonly first: number
  readonly second: number
}

/** A place in the progress file; free it once the work's closing record is in the journal. */
export type Slot = number

/**
 * Running counts of many streams in one small file: a page-cache write per turn of the event loop, whatever the
 * number of streams. It survives a kill of the process; a power cut may take the last second.
 */
export interface Progress {
  /** Takes a slot and writes the note (at most 996 bytes). Null when every slot is taken. Throws when the disk fails. */
  begin(note: string): Slot | null
  /** Sets the counts (up to 2^32 - 1); they are in the file before the next `whenWritten` runs its callback. */
  mark(slot: Slot, first: number, second: number): void
  /** Runs `written` in this turn of the event loop, after all marks so far are in the file. */
  whenWritten(written: (error: Error | null) => void): void
  end(slot: Slot): void
  /** Work that an earlier process left open. */
  leftOpen(): readonly OpenWork[]
  /** Forgets what was left open, once it is recorded elsewhere. */
  forgetLeftOpen(): void
  openCount(): number
  close(): void
}

const countBytes = 16
const noteBytes = 1008
const noteHeaderBytes = 12

/**
 * Layout: `slots` count cells of 16 bytes {first, second, generation, 0}, then `slots` notes of 1008 bytes
 * {generation, length, CRC-32, text}; words are little-endian, generation 0 is a free slot.
 */
export function openProgress(options: { readonly folder: string; readonly slots?: number }): Progress {
  return new FileProgress(join(options.folder, 'progress'), options.slots ?? 8192)
}

class FileProgress implements Progress {
  readonly #fd: number
  readonly #slots: number
  readonly #cells: Buffer
  readonly #words: Uint32Array
  readonly #leftOpen: OpenWork[] = []
  readonly #leftSlots: Slot[] = []
  #free: Slot[] = []
  #generation = 1
  #dirtyFrom = Number.POSITIVE_INFINITY
  #dirtyTo = 0
  #callbacks: ((error: Error | null) => void)[] = []
  #open = 0

  constructor(path: string, slots: number) {
    if (!existsSync(path)) createWhole(path, slots * (countBytes + noteBytes))
    this.#fd = openSync(path, 'r+')
    this.#slots = Math.floor(fstatSync(this.#fd).size / (countBytes + noteBytes))
    this.#cells = Buffer.alloc(this.#slots * countBytes)
    this.#words = new Uint32Array(this.#cells.buffer, this.#cells.byteOffset, this.#cells.length / 4)
    this.#recover()
  }

  begin(note: string): Slot | null {
    const text = Buffer.from(note)
    if (text.length > noteBytes - noteHeaderBytes) throw new Error('the note is too long for a progress slot')
    const slot = this.#free.pop()
    if (slot === undefined) return null
    const generation = this.#generation
    this.#generation = generation === 0xffffffff ? 1 : generation + 1
    const block = Buffer.allocUnsafe(noteHeaderBytes + text.length)
    block.writeUInt32LE(generation, 0)
    block.writeUInt32LE(text.length, 4)
    block.writeUInt32LE(crc32(text), 8)
    text.copy(block, noteHeaderBytes)
    try {
      writeSync(this.#fd, block, 0, block.length, this.#noteOffset(slot))
    } catch (error) {
      this.#free.push(slot)
      throw error
    }
    this.#set(slot, 0, 0, generation)
    this.#open++
    return slot
  }

  mark(slot: Slot, first: number, second: number): void {
    this.#set(slot, first, second, this.#words[slot * 4 + 2] ?? 0)
  }

  whenWritten(written: (error: Error | null) => void): void {
    this.#callbacks.push(written)
    if (this.#callbacks.length === 1) setImmediate(() => this.#flush())
  }

  end(slot: Slot): void {
    this.#set(slot, 0, 0, 0)
    this.#free.push(slot)
    this.#open--
    this.whenWritten(() => undefined)
  }

  leftOpen(): readonly OpenWork[] {
    return this.#leftOpen
  }

  forgetLeftOpen(): void {
    for (const slot of this.#leftSlots) {
      this.#set(slot, 0, 0, 0)
      this.#free.push(slot)
    }
    this.#leftSlots.length = 0
    this.#leftOpen.length = 0
    this.#flush()
  }

  openCount(): number {
    return this.#open
  }

  close(): void {
    this.#flush()
    closeSync(this.#fd)
  }

  #noteOffset(slot: Slot): number {
    return this.#slots * countBytes + slot * noteBytes
  }

  #set(slot: Slot, first: number, second: number, generation: number): void {
    const word = slot * 4
    this.#words[word] = first
    this.#words[word + 1] = second
    this.#words[word + 2] = generation
    if (slot < this.#dirtyFrom) this.#dirtyFrom = slot
    if (slot >= this.#dirtyTo) this.#dirtyTo = slot + 1
  }

  #flush(): void {
    const callbacks = this.#callbacks
    this.#callbacks = []
    let failure: Error | null = null
    if (this.#dirtyFrom < this.#dirtyTo) {
      const from = this.#dirtyFrom * countBytes
      try {
        writeSync(this.#fd, this.#cells, from, this.#dirtyTo * countBytes - from, from)
        this.#dirtyFrom = Number.POSITIVE_INFINITY
        this.#dirtyTo = 0
      } catch (error) {
        failure = error as Error
      }
    }
    for (const written of callbacks) written(failure)
  }

  #recover(): void {
    readSync(this.#fd, this.#cells, 0, this.#cells.length, 0)
    for (let slot = this.#slots - 1; slot >= 0; slot--) {
      const generation = this.#words[slot * 4 + 2] ?? 0
      if (generation >= this.#generation) this.#generation = generation === 0xffffffff ? 1 : generation + 1
      if (generation === 0) this.#free.push(slot)
      else this.#adopt(slot, generation)
    }
  }

  #adopt(slot: Slot, generation: number): void {
    const block = Buffer.alloc(noteBytes)
    readSync(this.#fd, block, 0, noteBytes, this.#noteOffset(slot))
    const length = block.readUInt32LE(4)
    const text = block.subarray(noteHeaderBytes, noteHeaderBytes + Math.min(length, noteBytes))
    const intact = block.readUInt32LE(0) === generation && crc32(text) === block.readUInt32LE(8)
    this.#leftSlots.push(slot)
    if (!intact) return
    const counts = { first: this.#words[slot * 4] ?? 0, second: this.#words[slot * 4 + 1] ?? 0 }
    this.#leftOpen.push({ note: text.toString('utf8'), counts })
  }
}

/** The file has its full size from the start, so that a full disk cannot stop a count later. */
function createWhole(path: string, size: number): void {
  const unfinished = `${path}.new`
  const fd = openSync(unfinished, 'w', 0o600)
  const zeros = Buffer.alloc(1024 * 1024)
  for (let at = 0; at < size; at += zeros.length) writeSync(fd, zeros, 0, Math.min(zeros.length, size - at), at)
  closeSync(fd)
  renameSync(unfinished, path)
}
