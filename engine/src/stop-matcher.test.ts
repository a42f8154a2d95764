import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStopMatcher } from './stop-matcher.ts'

function run(stops: string[], pieces: string[]): { text: string; stopped: boolean } {
  const matcher = createStopMatcher(stops)
  let text = ''
  for (const piece of pieces) {
    const shown = matcher.push(piece)
    text += shown.text
    if (shown.stopped) return { text, stopped: true }
  }
  return { text: text + matcher.flush(), stopped: false }
}

describe('createStopMatcher', () => {
  it('cuts before a stop sequence that comes in pieces', () => {
    expect(run(['STOP'], ['one S', 'TO', 'P two'])).toEqual({ text: 'one ', stopped: true })
  })

  it('shows what only looked like the start of one', () => {
    expect(run(['STOP'], ['one ST', 'ART two'])).toEqual({ text: 'one START two', stopped: false })
    expect(run(['STOP'], ['one STO'])).toEqual({ text: 'one STO', stopped: false })
  })

  it('does not hold back what cannot become one', () => {
    expect(createStopMatcher(['STOP']).push('hello').text).toBe('hello')
  })

  it('gives the text before the first stop sequence, however the text is cut into pieces', () => {
    const letters = fc.constantFrom('a', 'b', 'c')
    const words = fc.array(letters, { minLength: 1, maxLength: 3 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(words, { maxLength: 3 }), fc.array(words, { maxLength: 20 }), (stops, pieces) => {
        const whole = pieces.join('')
        const places = stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0)
        const result = run(stops, pieces)
        expect(result.stopped).toBe(places.length > 0)
        expect(whole.startsWith(result.text)).toBe(true)
        for (const stop of stops) expect(result.text).not.toContain(stop)
        if (places.length === 0) expect(result.text).toBe(whole)
      }),
    )
  })
})
