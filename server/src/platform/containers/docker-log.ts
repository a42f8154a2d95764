import type { ContainerLine } from './engine-driver.ts'

const headBytes = 8

/**
 * Lines of a container without a terminal.
 * @param log frames of a head (stream, three zero bytes, length as 32 bits, big-endian) and a text, as Docker's API sends them
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export const readDockerLog = (log: Buffer): ContainerLine[] => {
  const lines: ContainerLine[] = []
  for (let at = 0; at + headBytes <= log.length; ) {
    const length = log.readUInt32BE(at + 4)
    const [when = '', ...words] = log
      .subarray(at + headBytes, at + headBytes + length)
      .toString('utf8')
      .trimEnd()
      .split(' ')
    lines.push({ at: when, text: words.join(' ') })
    at += headBytes + length
  }
  return lines
}
