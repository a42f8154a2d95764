import type { CallOrigins } from './call-origins.ts'
import { fromCopyText, isUsageLine, usageColumnCount, usageColumns } from './usage-line.ts'

/** Texts of whole lines, each with its newline; gone through more than once. */
export interface UsageTexts {
  texts(): Iterable<string>
}

/** Rows as COPY takes them, in pieces that it pays to send. */
export interface UsageRows {
  readonly columns: string
  pieces(): Iterable<Buffer> | AsyncIterable<Buffer>
}

const originColumns = 'sealed_ip_address, sealed_user_agent'
const pieceCharacters = 64 * 1024

export function* linesOf({ texts }: UsageTexts): Generator<string> {
  for (const text of texts()) for (const line of text.split('\n')) if (line !== '') yield line
}

export function* readableLines(batch: UsageTexts): Generator<string> {
  for (const line of linesOf(batch)) if (isUsageLine(line)) yield `${line}\n`
}

function* inPieces({ texts }: UsageTexts): Generator<Buffer> {
  let piece = ''
  for (const text of texts()) {
    piece += text
    if (piece.length < pieceCharacters) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}

/** As COPY's text format writes bytes. */
const copyBytes = (bytes: Buffer | null | undefined): string => (bytes ? `\\\\x${bytes.toString('hex')}` : '\\N')

async function* inSealedPieces(batch: UsageTexts, origins: CallOrigins | null): AsyncGenerator<Buffer> {
  let piece = ''
  for (const line of linesOf(batch)) {
    const fields = line.split('\t')
    const [noted] = fields.splice(usageColumnCount)
    const of = { id: fields[0] ?? '', organisationId: fromCopyText(fields[2] ?? '') }
    const sealed = noted === undefined ? undefined : await origins?.seal(of, noted)
    piece += `${fields.join('\t')}\t${copyBytes(sealed?.ipAddress)}\t${copyBytes(sealed?.userAgent)}\n`
    if (piece.length < pieceCharacters) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}

/** Lines that are rows already. */
export const plainRows = (batch: UsageTexts): UsageRows => ({ columns: usageColumns, pieces: () => inPieces(batch) })

/** Lines of which some say whence their call came. @param origins null: the policy keeps none of it any more */
export const rowsWithOrigins = (batch: UsageTexts, origins: CallOrigins | null): UsageRows => ({
  columns: `${usageColumns}, ${originColumns}`,
  pieces: () => inSealedPieces(batch, origins),
})
