/** Lets text through until a stop sequence appears; holds back an end that could be the start of one. */
export interface StopMatcher {
  /** Returns the text that may be shown now; `stopped` once a stop sequence was found (it is not shown). */
  readonly push: (text: string) => { text: string; stopped: boolean }
  /** What was held back, when nothing more comes. */
  readonly flush: () => string
}

export function createStopMatcher(stops: readonly string[]): StopMatcher {
  let held = ''

  function heldLength(): number {
    let longest = 0
    for (const stop of stops) {
      for (let length = Math.min(stop.length - 1, held.length); length > longest; length--) {
        if (held.endsWith(stop.slice(0, length))) longest = length
      }
    }
    return longest
  }

  return {
    push(text) {
      held += text
      const found = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0)
      if (found.length > 0) {
        const shown = held.slice(0, Math.min(...found))
        held = ''
        return { text: shown, stopped: true }
      }
      const keep = heldLength()
      const shown = held.slice(0, held.length - keep)
      held = held.slice(held.length - keep)
      return { text: shown, stopped: false }
    },
    flush() {
      const rest = held
      held = ''
      return rest
    },
  }
}
