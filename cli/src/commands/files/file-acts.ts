import { openAsBlob } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { CliFailure, exitCodes } from '../../failure.ts'
import type { ApiFile, InferenceApi } from '../../inference-api.ts'
import type { Session } from '../../session.ts'

/** A folder can be opened too, and fails only when it is read. */
const openFile = async (path: string): Promise<Blob> => {
  if (!(await stat(path)).isFile()) throw new Error('it is no file')
  return openAsBlob(path)
}

/** Sends a file of this machine, piece by piece. */
export const upload = async (session: Session, api: InferenceApi, path: string): Promise<ApiFile> => {
  const blob = await openFile(resolve(session.world.workingFolder, path)).catch((cause: unknown) => {
    throw new CliFailure(`The file ${path} cannot be read`, exitCodes.failed, undefined, { cause })
  })
  const form = new FormData()
  form.append('purpose', 'batch')
  form.append('file', blob, basename(path))
  return api.json<ApiFile>('/files', { method: 'POST', body: form })
}

/** Writes a file's content, which is there under its name only when it is whole. @returns its bytes */
export const save = async (session: Session, api: InferenceApi, id: string, path: string): Promise<number> => {
  const target = resolve(session.world.workingFolder, path)
  const unfinished = `${target}.part`
  const { body } = await api.ask(`/files/${encodeURIComponent(id)}/content`)
  const file = await open(unfinished, 'w', 0o600)
  let bytes = 0
  try {
    for await (const piece of body ?? []) {
      await file.appendFile(piece)
      bytes += piece.length
    }
  } finally {
    await file.close()
  }
  await rename(unfinished, target)
  return bytes
}

/** Writes a file's content to standard output. */
export const show = async (session: Session, api: InferenceApi, id: string): Promise<void> => {
  const { body } = await api.ask(`/files/${encodeURIComponent(id)}/content`)
  for await (const piece of body ?? []) session.world.terminal.output.write(piece)
}

/** "2026-01-31T12:00:00.000Z" of seconds since 1970; null for none. */
export const instantOf = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString()
