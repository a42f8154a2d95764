import { hostOf, isForbiddenAddress } from '../../platform/egress/index.ts'
import { Refusal } from '../../platform/http/index.ts'

/**
 * The base address of an OpenAI-compatible server with its version, such as http://127.0.0.1:8000/v1; people give it
 * with or without. Throws Refusal upstream_invalid.
 */
export const readUpstreamAddress = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw invalid('It is not an http or https address.')
  if (url.username !== '' || url.password !== '')
    throw invalid('Give the key as `upstreamKey`, not inside the address.')
  if (isForbiddenAddress(hostOf(url))) throw invalid('Link-local and metadata addresses are not for models.')
  if (url.search !== '' || url.hash !== '') throw invalid('Leave out what follows ? or #.')
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
  return `${url.origin}${/\/v\d[^/]*(\/|$)/.test(path) ? path : `${path}/v1`}`
}

const invalid = (why: string): Refusal =>
  new Refusal('upstream_invalid', `${why} Give one such as http://127.0.0.1:8000/v1.`, {
    fields: [{ path: 'upstream', message: why }],
  })
