import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export type ModelFileErrorCode =
  | 'not_there'
  | 'not_allowed'
  | 'no_answer'
  | 'corrupt'
  | 'disk_full'
  | 'no_python'
  | 'unavailable'
  | 'failed'

/** Why a model file could not be had; the message is for the operator and holds no secret. */
export class ModelFileError extends Error {
  readonly code: ModelFileErrorCode

  constructor(code: ModelFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
