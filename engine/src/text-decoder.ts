/** Turns tokens into text piece by piece, never cutting a character in the middle. */
export interface TokenTextDecoder {
  readonly push: (token: number) => string
  readonly flush: () => string
}

/** A character takes at most four bytes; text that stays broken for longer than this is shown as it is. */
const brokenTokensMax = 8

/** `detokenize(tokens, before)` gives the text of `tokens`, where `before` are the tokens just before them. */
export function createTokenTextDecoder(
  detokenize: (tokens: readonly number[], before: readonly number[]) => string,
): TokenTextDecoder {
  let before: number[] = []
  let pending: number[] = []

  function take(): string {
    const text = detokenize(pending, before)
    before = [...before, ...pending].slice(-8)
    pending = []
    return text
  }

  return {
    push(token) {
      pending.push(token)
      const text = detokenize(pending, before)
      if (text.endsWith('\uFFFD') && pending.length < brokenTokensMax) return ''
      return take()
    },
    flush: () => (pending.length === 0 ? '' : take()),
  }
}
