import { type OpenAiError, refuse } from '../gateway/openai-error.ts'

/** Ends a request to files or batches with an answer in the error shape of OpenAI's API. */
export class ApiRefusal extends Error {
  readonly error: OpenAiError

  constructor(error: OpenAiError) {
    super(error.message)
    this.error = error
  }
}

const invalid = (status: number, message: string, param: string | null, code: string | null = null): ApiRefusal =>
  new ApiRefusal({ status, message, type: 'invalid_request_error', param, code })

const shown = (text: string): string => text.slice(0, 100)

/** Every refusal of files and batches beyond those of calls. Sizes in bytes. */
export const deny = {
  policy: (rule: string) => new ApiRefusal(refuse.policy(rule)),
  parameter: (param: string, message: string) => invalid(400, message, param),
  unreadable: (why: string) => invalid(400, `We could not read the body of your request: ${why}.`, null),
  tooLarge: (bytesMax: number) =>
    invalid(
      413,
      `The file is larger than ${bytesMax} bytes, the most that one file may have. Split it into several batches.`,
      'file',
      'request_too_large',
    ),
  full: (bytesMax: number) =>
    invalid(
      403,
      `The files of this project would be more than ${bytesMax} bytes together. Delete some that you no longer need: \`avow files list\`, \`avow files delete ID\`.`,
      'file',
      'file_storage_full',
    ),
  noFile: (id: string) => invalid(404, `No such File object: ${shown(id)}`, 'id'),
  noBatch: (id: string) => invalid(404, `No batch found with id '${shown(id)}'.`, 'batch_id'),
  held: () =>
    invalid(
      409,
      'A legal hold covers this file. It stays until the hold ends; nobody but its people can read it.',
      'id',
    ),
  ended: (state: string) => invalid(409, `A batch that is ${state} cannot be cancelled.`, 'batch_id'),
} as const
