/** What a form (RFC 7578) holds, in its order: the head of a part, its bytes in pieces, its end. */
export type FormEvent =
  | { readonly kind: 'part'; readonly name: string; readonly fileName: string | null }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' }

/** The body is no form that could be read. */
export class BadForm extends Error {}

const headBytesMax = 16 * 1024
const lineEnd = Buffer.from('\r\n')
const headEnd = Buffer.from('\r\n\r\n')

/** The boundary that a Content-Type states. @throws BadForm */
export const boundaryOf = (contentType: string | undefined): string => {
  const [type = '', ...parameters] = (contentType ?? '').split(';')
  if (type.trim().toLowerCase() !== 'multipart/form-data') throw new BadForm('it is not multipart/form-data')
  for (const parameter of parameters) {
    const [, quoted, plain] = /^\s*boundary=(?:"([^"]{1,70})"|([^\s"]{1,70}))\s*$/i.exec(parameter) ?? []
    const boundary = quoted ?? plain
    if (boundary !== undefined) return boundary
  }
  throw new BadForm('its Content-Type names no boundary')
}

/** Browsers and clients write a quote in a name as %22, a line's end as %0D and %0A. */
const parameterOf = (disposition: string, name: string): string | null => {
  const found = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1]
  const bare = found ?? new RegExp(`;\\s*${name}=([^;\\s"]+)`, 'i').exec(disposition)?.[1]
  return bare === undefined
    ? null
    : bare
        .replace(/\\(.)/g, '$1')
        .replace(/%22/g, '"')
        .replace(/%0[AaDd]/g, ' ')
}

/** `filename*` of RFC 8187, which some clients send for names beyond ASCII; null: there is none that can be read. */
const extendedName = (disposition: string): string | null => {
  const found = /;\s*filename\*=utf-8''([^;\s]+)/i.exec(disposition)?.[1]
  try {
    return found === undefined ? null : decodeURIComponent(found)
  } catch {
    return null
  }
}

const readHead = (head: Buffer): FormEvent => {
  const lines = head.toString('utf8').split('\r\n')
  const disposition = lines.find((line) => /^content-disposition:/i.test(line)) ?? ''
  const name = parameterOf(disposition, 'name')
  if (name === null) throw new BadForm('a part of it has no name')
  return { kind: 'part', name, fileName: extendedName(disposition) ?? parameterOf(disposition, 'filename') }
}

/**
 * Reads a form as it comes, never more of it in memory than a piece and a part's head.
 * @throws BadForm for what is no form, or ends in its middle
 */
export async function* readForm(body: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormEvent> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter has no line before it.
  let rest: Buffer = lineEnd
  let state: 'preamble' | 'border' | 'head' | 'content' | 'epilogue' = 'preamble'
  for await (const piece of body) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    for (let isStuck = false; !isStuck && state !== 'epilogue'; ) {
      if (state === 'preamble' || state === 'content') {
        const at = rest.indexOf(delimiter)
        const known = at === -1 ? Math.max(0, rest.length - delimiter.length + 1) : at
        if (state === 'content' && known > 0) yield { kind: 'bytes', bytes: rest.subarray(0, known) }
        if (state === 'content' && at !== -1) yield { kind: 'end' }
        rest = rest.subarray(at === -1 ? known : at + delimiter.length)
        if (at === -1) isStuck = true
        else state = 'border'
      } else if (state === 'border') {
        if (rest.length < 2) isStuck = true
        else if (rest.toString('latin1', 0, 2) === '--') state = 'epilogue'
        else state = 'head'
      } else {
        const at = rest.indexOf(headEnd)
        if ((at === -1 ? rest.length : at) > headBytesMax) throw new BadForm('the head of a part is too long')
        if (at === -1) isStuck = true
        else {
          yield readHead(rest.subarray(0, at))
          rest = rest.subarray(at + headEnd.length)
          state = 'content'
        }
      }
    }
    if (state === 'epilogue') rest = Buffer.alloc(0)
  }
  if (state !== 'epilogue') throw new BadForm('it ends in the middle of the form')
}
