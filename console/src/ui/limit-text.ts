/** A limit as a person writes it; empty: none. */
export const limitOf = (text: string): number | null => (text.trim() === '' ? null : Number(text))

/** What is wrong with such a text; null when nothing is. */
export const badLimit = (text: string): string | null =>
  text.trim() === '' || /^[1-9]\d*$/.test(text.trim()) ? null : 'Write a whole number of 1 or more, or nothing'
