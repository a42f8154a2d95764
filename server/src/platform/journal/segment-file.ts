import { closeSync, fdatasync, fsync, ftruncateSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

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

const growthBytesMin = 64 * 1024
const growthBytesMax = 1024 * 1024

/**
 * The segment that is being written. It grows by zeros and is written over them: that spares each fdatasync a change of
 * the file's size, which would wait for everyone else's changes of the file system.
 */
export class SegmentFile {
  readonly sequence: number
  readonly #path: string
  readonly #disk: JournalDisk
  readonly #fd: number
  #growthBytes: number
  #bytes = 0
  #capacity = 0
  #syncs = 0
  #isClosing = false
  /** The folder's entry is on disk too. */
  #isListed = false

  /** @param expectedBytes how large it will probably be */
  constructor(path: string, sequence: number, disk: JournalDisk, expectedBytes: number) {
    this.sequence = sequence
    this.#path = path
    this.#disk = disk
    this.#fd = openSync(path, 'wx', 0o600)
    const wanted = Math.ceil(expectedBytes / growthBytesMin) * growthBytesMin
    this.#growthBytes = Math.max(growthBytesMin, Math.min(growthBytesMax, wanted))
  }

  /** Bytes of batches, without the zeros behind them. */
  get bytes(): number {
    return this.#bytes
  }

  /** Writes a batch whole or not at all: what a full disk cut off is taken back. */
  write(batch: Buffer): void {
    try {
      while (this.#bytes + batch.length > this.#capacity) this.#grow()
      this.#writeAll(batch, this.#bytes)
    } catch (error) {
      ftruncateSync(this.#fd, this.#bytes)
      this.#capacity = this.#bytes
      throw error
    }
    this.#bytes += batch.length
  }

  sync(done: (error: Error | null) => void): void {
    this.#syncs++
    const finish = (error: Error | null): void => {
      this.#syncs--
      if (this.#isClosing && this.#syncs === 0) closeSync(this.#fd)
      done(error)
    }
    this.#disk.sync(this.#fd, (error) => {
      if (error || this.#isListed) finish(error)
      else this.#list(finish)
    })
  }

  #list(done: (error: Error | null) => void): void {
    let folder: number
    try {
      folder = openSync(dirname(this.#path), 'r')
    } catch (error) {
      done(error as Error)
      return
    }
    fsync(folder, (error) => {
      closeSync(folder)
      this.#isListed = error === null
      done(error)
    })
  }

  /** Closes it, after a sync that is under way; without a batch it is gone. */
  close(): void {
    this.#isClosing = true
    if (this.#syncs === 0) closeSync(this.#fd)
    if (this.#bytes === 0) rmSync(this.#path, { force: true })
  }

  #grow(): void {
    this.#writeAll(Buffer.alloc(this.#growthBytes), this.#capacity)
    this.#capacity += this.#growthBytes
    this.#growthBytes = Math.min(growthBytesMax, this.#growthBytes * 2)
  }

  #writeAll(bytes: Buffer, position: number): void {
    let written = 0
    while (written < bytes.length) written += this.#disk.write(this.#fd, bytes, written, position + written)
  }
}
