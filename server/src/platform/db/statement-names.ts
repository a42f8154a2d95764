import { createHash } from 'node:crypto'

/** How often a statement comes before a connection is told to remember it. */
const oftenFrom = 20
/** Statements that are remembered: each costs a connection some 15 kB in the database. */
const namedMax = 200
const countedMax = 5000

/**
 * Names for statements that come often, so that each connection parses and plans them once: PREPARE of PostgreSQL, by
 * the extended protocol. A plan is made anew by itself when a table it reads changes or is analysed.
 */
export const createStatementNames = (): ((text: string) => string | undefined) => {
  const named = new Map<string, string>()
  const counted = new Map<string, number>()
  return (text) => {
    const name = named.get(text)
    if (name !== undefined || named.size >= namedMax) return name
    const times = (counted.get(text) ?? 0) + 1
    if (times < oftenFrom) {
      if (counted.size >= countedMax) counted.clear()
      counted.set(text, times)
      return undefined
    }
    counted.delete(text)
    const fresh = createHash('sha256').update(text).digest('hex').slice(0, 40)
    named.set(text, fresh)
    return fresh
  }
}
