/** A decision as the log has it. */
export interface Decision {
  index: number
  at: string
  gate: string
  decision: string
  rule: string | null
  counted: number | null
  commitment?: string
}

const bundleWidth = 256

/** Paths below /evidence/tile/entries/ hold the index in groups of three digits, all but the last behind an x. */
const groupsOf = (index: number): string => {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
}

/** Where the bundle is that holds the entries below `end`; the last one of a log is not full (C2SP tlog-tiles). */
export const bundleBelow = (end: number): { path: string; first: number } => {
  const index = Math.floor((end - 1) / bundleWidth)
  const width = end - index * bundleWidth
  const partial = width === bundleWidth ? '' : `.p/${width}`
  return { path: `tile/entries/${groupsOf(index)}${partial}`, first: index * bundleWidth }
}

const isDecision = (value: unknown): value is Omit<Decision, 'index'> =>
  typeof value === 'object' && value !== null && 'at' in value && 'gate' in value && 'decision' in value

/** The entries of a bundle, each behind its length in 16 bits; `first` is the place of the first one in the log. */
export const entriesOf = (bundle: Uint8Array, first: number): Decision[] => {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const decoder = new TextDecoder()
  const entries: Decision[] = []
  for (let at = 0; at + 2 <= bundle.length; ) {
    const length = view.getUint16(at)
    const value: unknown = JSON.parse(decoder.decode(bundle.subarray(at + 2, at + 2 + length)))
    if (isDecision(value)) entries.push({ ...value, index: first + entries.length })
    at += 2 + length
  }
  return entries
}
