import { timingSafeEqual } from 'node:crypto'

/** Compares with a token in a time that tells nothing of it. */
export const sameToken =
  (expected: string) =>
  (given: string): boolean => {
    const [a, b] = [Buffer.from(expected), Buffer.from(given)]
    return a.length === b.length && timingSafeEqual(a, b)
  }
