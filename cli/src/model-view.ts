import type { Model } from './api-types.ts'
import { price } from './money.ts'
import type { Palette } from './terminal.ts'
import { harmless } from './terminal.ts'

/** The state with its colour. */
export const paintModelState = (paint: Palette, state: Model['state'], text: string = state): string => {
  switch (state) {
    case 'ready':
      return paint.green(text)
    case 'failed':
      return paint.red(text)
    case 'downloading':
    case 'starting':
      return paint.yellow(text)
    case 'absent':
    case 'disabled':
      return paint.dim(text)
  }
}

/** "0.15 EUR in, 0.60 EUR out"; both per million tokens. */
export const modelPrice = (model: Model): string => {
  const { promptMicrosPerMillionTokens: input, completionMicrosPerMillionTokens: output, currency } = model
  return input === '0' && output === '0' ? 'free' : `${price(input, currency)} in, ${price(output, currency)} out`
}

/** "12.3 of 253.1 MB (5%)" */
export const downloadText = (download: NonNullable<Model['download']>): string => {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
  const { bytesDone, bytesTotal, bytesPerSecond } = download
  const share =
    bytesTotal === null
      ? ''
      : ` of ${megabytes(bytesTotal)} MB (${Math.floor((100 * bytesDone) / Math.max(1, bytesTotal))}%)`
  return `${megabytes(bytesDone)}${share || ' MB'}, ${megabytes(bytesPerSecond)} MB/s`
}

/** One model in words. */
export const modelText = (
  model: Model & { upstream?: string | null; hasUpstreamKey?: boolean },
  paint: Palette,
): string =>
  `${[
    `${paint.bold(harmless(model.id))}: ${harmless(model.name)}${model.toy ? ' (a toy, for tests and first steps)' : ''}`,
    ...(model.description === '' ? [] : [harmless(model.description)]),
    `State:    ${paintModelState(paint, model.state)}${model.reason === null ? '' : `: ${harmless(model.reason)}`}`,
    ...(model.download === null
      ? []
      : [`Download: ${downloadText(model.download)} from ${harmless(model.download.source)}`]),
    `Served:   ${model.served === 'embedded' ? 'on this machine' : 'by a server elsewhere'}${model.providers.length === 0 ? '' : ` (${harmless(model.providers.join(', '))} may see requests)`}`,
    ...(model.upstream ? [`Upstream: ${harmless(model.upstream)}${model.hasUpstreamKey ? ' (with a key)' : ''}`] : []),
    `Price:    ${modelPrice(model)} per million tokens`,
    `Context:  ${model.contextTokens === null ? 'unknown' : `${model.contextTokens} tokens`}`,
    ...(model.parameters === null ? [] : [`Size:     ${harmless(model.parameters)}`]),
    ...(model.licence === null ? [] : [`Licence:  ${harmless(model.licence)}`]),
  ].join('\n')}\n`
