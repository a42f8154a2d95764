const quote = 0x22
const backslash = 0x5c

/**
 * Puts the model's name that callers know in the place of the upstream's: the value of the top-level member `model` of
 * the JSON object that begins in `text`. Nothing is parsed but the outline up to there, where servers write it early.
 * @param text one character a byte (latin1)
 * @param name the new value as JSON
 */
export const replaceModel = (text: string, name: string): string => {
  const span = modelValue(text, text.indexOf('{'))
  return span === null ? text : text.slice(0, span.start) + name + text.slice(span.end)
}

const modelValue = (text: string, open: number): { start: number; end: number } | null => {
  let depth = 0
  for (let at = open; at !== -1 && at < text.length; at++) {
    const byte = text.charCodeAt(at)
    if (byte === quote) {
      const end = stringEnd(text, at)
      if (end === -1) return null
      const start = depth === 1 && end - at === 7 && text.startsWith('"model"', at) ? valueStart(text, end) : -1
      if (start !== -1) {
        const valueEnd = stringEnd(text, start)
        return valueEnd === -1 ? null : { start, end: valueEnd }
      }
      at = end - 1
    } else if (byte === 0x7b || byte === 0x5b) depth++
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return null
  }
  return null
}

/** Where a string that is a member's value begins, just behind the member's name; -1 when no such value follows. */
const valueStart = (text: string, nameEnd: number): number => {
  const colon = skipSpace(text, nameEnd)
  if (text.charCodeAt(colon) !== 0x3a) return -1
  const start = skipSpace(text, colon + 1)
  return text.charCodeAt(start) === quote ? start : -1
}

const skipSpace = (text: string, from: number): number => {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Just behind the closing quote; -1 when there is none. */
const stringEnd = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return -1
}
