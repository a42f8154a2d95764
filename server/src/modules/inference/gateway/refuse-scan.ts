import { type OpenAiError, refuse } from './openai-error.ts'
import type { ScanFailure } from './scan-request.ts'

/** What a caller is told whose request the gateway cannot read. */
export const refuseScan = (failure: ScanFailure): OpenAiError =>
  failure.kind === 'not-json' ? refuse.notJson(failure.why) : refuse.badParameter(failure.param, failure.why)
