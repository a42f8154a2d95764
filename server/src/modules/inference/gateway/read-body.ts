import type { IncomingMessage } from 'node:http'

/** Reads a whole body, at most `bytesMax`; null as soon as it is larger, and what follows is thrown away. A caller that hangs up is not answered. */
export const readBody = (req: IncomingMessage, bytesMax: number, done: (body: Buffer | null) => void): void => {
  const chunks: Buffer[] = []
  let bytes = 0
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= bytesMax) {
      chunks.push(chunk)
      return
    }
    if (chunks.length === 0) return
    chunks.length = 0
    done(null)
  })
  req.on('end', () => {
    if (bytes > bytesMax) return
    const [first] = chunks
    done(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
  })
}
